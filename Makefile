# One line each; what the lines do is in .ci/.
# Without the libraries of the toolchain: an installed program needs none of them, and takes less memory.
# Without what only a debugger reads: it is a quarter of the file, and more than valgrind can take.
BUILD = swift build -c release --static-swift-stdlib -Xlinker -S

run:       ## build, show what a genuine log of a real server tells, then run the daemon on it
	@.ci/packages && $(BUILD) --product submitwatch && $(BUILD) --product submitwatchd && .ci/show && .ci/show-daemon
build:     ## the programs, in release
	@.ci/packages && $(BUILD)
test:      ## what CI runs: format, build with warnings as errors, all tests, a minute of fuzzing, a few API questions
	@.ci/packages && .ci/test
deep:      ## what takes longer: 200 kills of the daemon, API fuzzing, sanitizers, fuzzing; before an issue is closed
	@.ci/packages && .ci/deep
bench:     ## speed against bare loops, the daemon with 1 and 10 million rows; figures over their bounds fail
	@.ci/packages && $(BUILD) && .ci/bench
install:   ## programs, units, manual, completions; DESTDIR and PREFIX (/usr/local) as usual; after make build
	@.ci/install
uninstall: ## removes what install has put there; the configuration, hooks and data stay
	@.ci/uninstall
format:    ## rewrite the sources in the project's format
	@swift format --in-place --parallel --recursive Sources Tests Package.swift
.PHONY: run build test deep bench install uninstall format
