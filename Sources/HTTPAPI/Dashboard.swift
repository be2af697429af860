import HTTPTypes
import HummingbirdCore
import Languages
import NIOPosix

/// The files of the dashboard: a page, and what it loads from under `/dashboard/`.
///
/// They are part of the program, so that an installed daemon needs no folder of its own. Chart.js is
/// not: it is read from where the system's package puts it.
enum Dashboard {
  struct File: Sendable {
    let name: String
    let mediaType: String
    let bytes: [UInt8]
  }

  static let page = File("index.html", PackageResources.index_html)
  /// All but the page.
  static let files = [
    File("alerts.js", PackageResources.alerts_js),
    File("api.js", PackageResources.api_js),
    File("app.js", PackageResources.app_js),
    File("card.js", PackageResources.card_js),
    File("charts.js", PackageResources.charts_js),
    File("cutoff.js", PackageResources.cutoff_js),
    File("details.js", PackageResources.details_js),
    File("dom.js", PackageResources.dom_js),
    File("download.js", PackageResources.download_js),
    File("failures.js", PackageResources.failures_js),
    File("filters.js", PackageResources.filters_js),
    File("format.js", PackageResources.format_js),
    File("icon.svg", PackageResources.icon_svg),
    File("insight.js", PackageResources.insight_js),
    File("list.js", PackageResources.list_js),
    File("lookup.js", PackageResources.lookup_js),
    File("period.js", PackageResources.period_js),
    File("report.js", PackageResources.report_js),
    File("request.js", PackageResources.request_js),
    File("shares.js", PackageResources.shares_js),
    File("style.css", PackageResources.style_css),
    File("table.js", PackageResources.table_js),
    File("warnings.js", PackageResources.warnings_js),
  ]
  /// The terms of the languages.
  static let tables = Language.allCases.map { File("\($0.rawValue).json", $0.table) }

  static let folder = "/dashboard/"
  static let chartLibrary = folder + "chart.js"
  /// Nothing from elsewhere, nothing inline, no frames, no forms.
  static let policy = [
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'",
    "img-src 'self' data:", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
  ].joined(separator: "; ")

  private static let byPath = Dictionary(
    uniqueKeysWithValues: (files + tables).map { (folder + $0.name, $0) }
  )

  /// Whether a request for `path` is for the dashboard.
  static func includes(_ path: Substring) -> Bool { path == "/" || path.hasPrefix(folder) }

  /// One of its files, as it goes to a browser.
  ///
  /// - Parameters:
  ///   - path: the path of the request.
  ///   - languages: what the request's `Accept-Language` says.
  ///   - library: where Chart.js is.
  /// - Returns: the whole answer, with what browsers are told to keep to.
  /// - Throws: `Problem` if there is no such file.
  static func answer(
    _ path: Substring,
    languages: String?,
    library: ChartLibrary
  ) throws(Problem) -> Answer {
    var answer: Answer
    if path == "/" {
      answer = Answer(page.mediaType, page.bytes(in: Language(mostWelcomeTo: languages)))
    } else if let file = byPath[String(path)] {
      answer = Answer(file.mediaType, file.bytes)
    } else if path == chartLibrary {
      answer = Answer("text/javascript; charset=utf-8", try library.read())
    } else {
      throw .notFound(String(path))
    }
    answer.fields[.contentSecurityPolicy] = policy
    answer.fields[.referrerPolicy] = "no-referrer"
    answer.fields[.crossOriginResourcePolicy] = "same-origin"
    answer.fields[.crossOriginOpenerPolicy] = "same-origin"
    return answer
  }
}

extension Dashboard.File {
  fileprivate init(_ name: String, _ bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes
    mediaType =
      switch name.split(separator: ".").last {
      case "html": "text/html; charset=utf-8"
      case "css": "text/css; charset=utf-8"
      case "svg": "image/svg+xml"
      case "json": "application/json"
      default: "text/javascript; charset=utf-8"
      }
  }

  /// The page in a language: its scripts go by the attribute of the root element.
  fileprivate func bytes(in language: Language) -> [UInt8] {
    let mark = Array("<html lang=\"en\"".utf8)
    let own = Array("<html lang=\"\(language.rawValue)\"".utf8)
    guard let place = bytes.firstRange(of: mark) else { return bytes }
    return bytes[..<place.lowerBound] + own + bytes[place.upperBound...]
  }
}

extension Responder {
  /// Answers for a file of the dashboard.
  func dashboardAnswer(_ target: Target, _ request: Request) async throws -> Answer {
    guard [.get, .head].contains(request.method) else {
      throw Problem.methodNotAllowed(request.method.rawValue, ["GET", "HEAD"])
    }
    let languages = request.headers[.acceptLanguage]
    let library = options.chartLibrary
    return try await workers.runIfActive {
      let answer = try Dashboard.answer(target.path, languages: languages, library: library)
      let varying = target.path == "/" ? [Self.acceptLanguage] : []
      return finished(answer, tag: Self.tag(answer.body), request.headers, varying: varying)
    }
  }
}

extension HTTPField.Name {
  static let referrerPolicy = Self.named("referrer-policy")
  static let crossOriginOpenerPolicy = Self.named("cross-origin-opener-policy")
}
