import LogSources
import Testing

struct RejectLogsTests {
  @Test(arguments: [
    ["mainlog", "rejectlog.1"], ["/a/mainlog.1.gz", "/a/rejectlog"],
    ["exim_main", "exim_reject"], ["/a/main.log-20261121.gz", "/a/reject.log"],
    ["/a/main-20261121.log", "/a/reject-20261121.log"],
  ])
  func `a reject log is left out where its main log is named`(paths: [String]) {
    #expect(RejectLogs.leftOut(of: paths) == [paths[0]])
    #expect(RejectLogs.leftOut(of: paths.reversed()) == [paths[0]])
  }

  @Test(arguments: [
    ["rejectlog"], ["/a/mainlog", "/b/rejectlog"], ["mail.log", "rejectlog"],
    ["mainlog", "paniclog"], ["-", "rejectlog"], ["/reject/mainlog", "/main/mainlog"],
  ])
  func `any other log is read`(paths: [String]) {
    #expect(RejectLogs.leftOut(of: paths) == paths)
  }
}
