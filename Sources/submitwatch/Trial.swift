/// What the daemon tells of a trial alert.
struct Trial: Decodable {
  var sink: String
  var delivered: Bool
  var detail: String
}
