/// The version of all programs, as `--version` and the status tell it.
package let programVersion = "0.1.0"
