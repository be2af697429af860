# One line each; what the lines do is in .ci/.
BUILD = swift build -c release

run:       ## build, show what a genuine log of a real server tells, then run the daemon on it
	@.ci/packages && $(BUILD) --product submitwatch && $(BUILD) --product submitwatchd && .ci/show && .ci/show-daemon
test:      ## what CI runs: format, build with warnings as errors, all tests, a minute of fuzzing, a few API questions
	@.ci/packages && .ci/test
deep:      ## what takes longer: 200 kills of the daemon, API fuzzing, sanitizers, fuzzing; before an issue is closed
	@.ci/packages && .ci/deep
bench:     ## speed against a bare newline loop, in one run, with the figures checked; then the daemon's
	@.ci/packages && $(BUILD) && .build/release/submitwatch-bench instructions && .build/release/submitwatch-bench daemon && .build/release/submitwatch-bench analyze --check-bounds
install:   ## programs, units, manual, completions; DESTDIR and PREFIX (/usr/local) as usual; build first
	@.ci/install
format:    ## rewrite the sources in the project's format
	@swift format --in-place --parallel --recursive Sources Tests Package.swift
.PHONY: run test deep bench install format
