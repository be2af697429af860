import TestSupport
import Testing

@testable import HTTPAPI

struct RouteTests {
  @Test func `the insight is JSON`() async throws {
    try await ServedLog.sample().serve { log in
      let response = try log.ask("/v1/insight")
      #expect(response.status == 200)
      #expect(response.fields["content-type"] == "application/json")
      #expect(response.text.hasPrefix("{\"view\":\"insight\",\"start\":\"2026-11-15\","))
    }
  }

  @Test func `a report comes as CSV where that is asked for`() async throws {
    try await ServedLog.sample().serve { log in
      let response = try log.ask("/v1/report/volume", ["Accept: text/csv"])
      #expect(response.fields["content-type"] == "text/csv; charset=utf-8; header=present")
      #expect(
        response.text == """
          sender,domain,messages,recipients,bytes
          alice@example.org,example.org,4,4,4000
          caf\\xE9@example.org,example.org,1,1,1000
          sales@example.net,example.net,1,1,1000

          """
      )
    }
  }
}
