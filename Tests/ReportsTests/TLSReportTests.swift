import MailLog
import Testing

@testable import Reports

@Suite struct TLSReportTests {
  @Test func `the JSON is the contract's, word for word`() throws {
    let zone = ZoneRules(name: "Europe/Berlin", transitions: [], offsets: [3600])
    var log = SampleLog(zone: zone)
    log.send("Alice@Example.org", on: "2026-11-15", recipients: 1, bytes: 2048, messages: 2)
    log.send("alice@example.org", on: "2026-11-21", recipients: 2, bytes: 6144, messages: 2)
    log.send("alice@example.org", on: "2026-11-21", recipients: 2, bytes: 6144, messages: 2)
    log.send("alice@example.org", on: "2026-11-21", tls: .tls12, bytes: 6144, messages: 2)
    log.send("alice@example.org", on: "2026-11-21", tls: .tls10, recipients: 0, bytes: 0)
    let none = #""none":0,"ssl3":0,"1.0":0,"1.1":0,"1.2":0,"1.3":0,"unknown":0"#
    let some = #""none":0,"ssl3":0,"1.0":1,"1.1":0,"1.2":2,"1.3":6,"unknown":0"#
    let empty = (16...20).map {
      #"{"date":"2026-11-\#($0)","messages":0,"recipients":0,"bytes":0,"tls":{\#(none)}}"#
    }
    #expect(
      try log.text(.tls, .json, log.query()) == """
        {"view":"tls","start":"2026-11-15","end":"2026-11-21","timezone":"Europe/Berlin",\
        "total":{"messages":9,"tls":{\(some)}},\
        "days":[{"date":"2026-11-15","messages":2,"recipients":2,"bytes":4096,\
        "tls":{"none":0,"ssl3":0,"1.0":0,"1.1":0,"1.2":0,"1.3":2,"unknown":0}},\
        \(empty.joined(separator: ",")),\
        {"date":"2026-11-21","messages":7,"recipients":10,"bytes":36864,\
        "tls":{"none":0,"ssl3":0,"1.0":1,"1.1":0,"1.2":2,"1.3":4,"unknown":0}}],\
        "rows":[{"sender":"alice@example.org","domain":"example.org","messages":9,\
        "recipients":12,"bytes":40960,"tls":{\(some)},\
        "percent":{"none":0,"ssl3":0,"1.0":11.1,"1.1":0,"1.2":22.2,"1.3":66.7,"unknown":0}}],\
        "next":null}

        """
    )
  }

  @Test func `the CSV has a column for each version`() throws {
    var log = SampleLog()
    for (number, version) in TLSVersion.allCases.enumerated() {
      log.send("a@x", on: "2026-11-15", tls: version, messages: UInt32(number + 1))
    }
    log.send("b@x", on: "2026-11-16", tls: .tls13)
    #expect(
      try log.csv(.tls) == """
        sender,domain,messages,none,ssl3,tls1.0,tls1.1,tls1.2,tls1.3,unknown
        a@x,x,28,1,2,3,4,5,6,7
        b@x,x,1,0,0,0,0,0,1,0

        """
    )
    #expect(
      try log.csv(.tls) {
        $0.isPerDay = true
        $0.grouping = .account
        $0.sort = "-tls1.0"
      } == """
        date,account,domain,messages,none,ssl3,tls1.0,tls1.1,tls1.2,tls1.3,unknown
        2026-11-15,a@x,x,28,1,2,3,4,5,6,7
        2026-11-16,b@x,x,1,0,0,0,0,0,1,0

        """
    )
  }

  @Test func `rows per day have a date in JSON too`() throws {
    var log = SampleLog()
    log.send("a@x", on: "2026-11-15", tls: .tls12)
    let query = log.query("2026-11-15", "2026-11-15") {
      $0.isPerDay = true
      $0.grouping = .domain
    }
    let json = try log.text(.tls, .json, query)
    #expect(
      json.contains(
        #""rows":[{"date":"2026-11-15","domain":"x","messages":1,"recipients":1,"bytes":1000,"#
      )
    )
  }

  @Test func `the table shows percentages beside the counts of the versions that occur`() throws {
    var log = SampleLog()
    log.send("alice@example.org", on: "2026-11-15", tls: .tls13, messages: 21)
    log.send("alice@example.org", on: "2026-11-15", tls: .tls10, messages: 3)
    log.send("bob@example.org", on: "2026-11-15", tls: .none, recipients: nil)
    #expect(
      try log.text(.tls, .table, log.query(), Presentation(width: 100)) == """
        TLS usage · 15 Nov – 21 Nov 2026 (UTC)
        25 messages, 25.0 kB

        sender             domain       messages        none     tls1.0      tls1.3
        alice@example.org  example.org        24    0.0% (0)  12.5% (3)  87.5% (21)
        bob@example.org    example.org         1  100.0% (1)   0.0% (0)    0.0% (0)
        no messages: ssl3, tls1.1, tls1.2, unknown

        """
    )
  }

  @Test func `nothing counted is a report all the same`() throws {
    let log = SampleLog()
    let query = log.query("2026-11-20", "2026-11-21")
    #expect(
      try log.text(.tls, .csv, query)
        == "sender,domain,messages,none,ssl3,tls1.0,tls1.1,tls1.2,tls1.3,unknown\n"
    )
    #expect(
      try log.text(.tls, .table, query, Presentation(width: 80)) == """
        TLS usage · 20 Nov – 21 Nov 2026 (UTC)
        0 messages, 0 recipients, 0 B

        nothing in this period

        """
    )
    let json = try log.text(.tls, .json, query)
    #expect(json.hasSuffix(#""rows":[],"next":null}"# + "\n"))
    #expect(json.contains(#"{"date":"2026-11-20","messages":0,"#))
  }
}
