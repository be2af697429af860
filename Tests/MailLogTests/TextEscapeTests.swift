import Testing

@testable import MailLog

struct TextEscapeTests {
  @Test(arguments: [
    (TextEscape.none, #"a+2Bb\040"#, #"a+2Bb\040"#),
    (.xtext, "judy+2Bshop@example.org", "judy+shop@example.org"),
    (.xtext, "m+C3+BCller", "müller"),
    (.xtext, #"DOMAIN\\user"#, #"DOMAIN\user"#), (.xtext, #"a\b"#, #"a\b"#),
    (.xtext, "a+", "a+"), (.xtext, "a+2", "a+2"), (.xtext, "a+zz", "a+zz"),
    (.octal, #"m\303\274ller"#, "müller"), (.octal, #"CORP\nina\101\033"#, "CORP\\nina\\101\u{1b}"),
    (.octal, #"a\q\7\999"#, #"a\q\7\999"#), (.octal, #"a\M-C"#, #"a\M-C"#),
    (.vis, #"meeting\040room"#, "meeting room"), (.vis, #"m\M-C\M-<ller"#, "müller"),
    (.vis, #"a\^Jb\^?"#, "a\nb\u{7f}"), (.vis, #"a\\"#, #"a\"#), (.vis, #"a\"#, #"a\"#),
  ])
  func `what a server escapes is undone`(escape: TextEscape, text: String, plain: String) {
    #expect(String(decoding: escape.undone(Array(text.utf8)), as: UTF8.self) == plain)
    let bytes = Array(text.utf8)
    let undone = escape.undo(in: bytes.span) { plain in plain.indices.map { plain[$0] } }
    #expect(String(decoding: undone, as: UTF8.self) == plain)
  }
}
