import CSystemd

/// An entry of the systemd journal.
package enum JournalEntry {
  /// Sends fields, `NAME=value`, systemd.journal-fields(7); false: nobody takes them.
  @discardableResult package static func send(_ fields: [String]) -> Bool {
    let bytes = fields.map { Array($0.utf8) }
    let whole = bytes.flatMap { $0 }
    return unsafe whole.withUnsafeBytes { buffer in
      var parts = unsafe [iovec]()
      var start = 0
      for field in bytes {
        // The journal only reads them, during the call; a field's length keeps what is in it in it.
        let base = unsafe UnsafeMutableRawPointer(mutating: buffer.baseAddress?.advanced(by: start))
        unsafe parts.append(iovec(iov_base: base, iov_len: field.count))
        start += field.count
      }
      return unsafe sd_journal_sendv(parts, Int32(parts.count)) == 0
    }
  }
}
