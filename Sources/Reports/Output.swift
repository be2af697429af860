package import Counters

/// How a report is written.
package enum OutputFormat: String, CaseIterable, Sendable {
  case table, json, csv
}

/// Makes and writes reports, the same for the command line and the socket.
package enum Output {
  /// The report that answers `query`.
  ///
  /// - Throws: if the question makes no sense for `view`.
  package static func report(
    _ view: ReportView,
    from counters: CounterSnapshot,
    _ query: ReportQuery
  ) throws(ReportError) -> any Report {
    switch view {
    case .insight: try InsightReport(counters, query)
    case .volume: try VolumeReport(counters, query)
    case .tls: try TLSReport(counters, query)
    case .failures: try FailuresReport(counters, query)
    case .cutoff: try CutoffReport(counters, query)
    case .idle: try IdleReport(counters, query)
    }
  }

  /// The whole report as bytes.
  ///
  /// - Throws: if the report has no such format.
  package static func render(
    _ report: any Report,
    as format: OutputFormat,
    _ presentation: Presentation = Presentation()
  ) throws(ReportError) -> [UInt8] {
    try write(report, as: format, presentation, to: ByteWriter()).bytes
  }

  /// The query's page as bytes, and the cursor of the next one if rows follow.
  ///
  /// - Throws: if the report has no such format.
  package static func page(
    _ report: any Report,
    as format: OutputFormat
  ) throws(ReportError) -> (bytes: [UInt8], next: String?) {
    let view = type(of: report).view
    guard format != .csv || view != .insight else { throw .unusableFormat(format) }
    guard format == .csv else { return (try render(report, as: format), nil) }
    var writer = ByteWriter()
    let hasMore = report.writeCSV(to: &writer)
    return (writer.bytes, report.query.nextCursor(view, hasMore))
  }

  /// Writes the report in blocks, each when it is full.
  ///
  /// - Parameters:
  ///   - report: what to write.
  ///   - format: how to write it.
  ///   - presentation: how wide tables are, and whether they have colours.
  ///   - sink: takes a block of bytes; false: the reader is gone, the rest is not needed.
  /// - Throws: if the report has no such format.
  package static func write(
    _ report: any Report,
    as format: OutputFormat,
    _ presentation: Presentation = Presentation(),
    to sink: @escaping ([UInt8]) -> Bool
  ) throws(ReportError) {
    var writer = try write(report, as: format, presentation, to: ByteWriter(sink: sink))
    writer.flush()
  }

  private static func write(
    _ report: any Report,
    as format: OutputFormat,
    _ presentation: Presentation,
    to output: ByteWriter
  ) throws(ReportError) -> ByteWriter {
    let view = type(of: report).view
    switch format {
    case .csv:
      guard view != .insight else { throw .unusableFormat(format) }
      var writer = output
      report.writeCSV(to: &writer)
      return writer
    case .json:
      var json = JSONWriter(output: output)
      report.writeJSON(to: &json)
      json.output.append(UInt8(ascii: "\n"))
      return json.output
    case .table:
      var lines = LineWriter(presentation, output: output)
      report.writeTable(to: &lines)
      return lines.output
    }
  }
}
