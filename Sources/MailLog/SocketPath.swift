/// Where a Unix socket is.
public enum SocketPath {
  /// The most bytes of it: `sun_path` has 108 with the 0 at its end, unix(7).
  public static let longest = 107
}
