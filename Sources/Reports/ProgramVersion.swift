/// The version of all programs, as `--version` and the status tell it.
package let programVersion = "0.1.0"

/// What all programs call themselves where they are clients, RFC 9110, section 10.1.5.
package let programAgent = "submitwatch/\(programVersion)"
