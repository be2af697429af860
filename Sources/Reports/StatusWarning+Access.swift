extension StatusWarning {
  /// What lets the daemon read a source.
  package enum Access: Sendable, Equatable {
    /// To belong to a group: mostly `adm`, for a journal `systemd-journal`.
    case join(group: String)
    /// To give the source, or a folder above it, to a group that the daemon has.
    case give(path: String, isFolder: Bool, group: String)
    /// To see that something else than owner and mode hides it.
    case unhide(path: String)
  }

  package static func noPermission(
    source: String,
    user: String,
    _ access: Access = .join(group: "adm")
  ) -> StatusWarning {
    StatusWarning(
      .noPermission,
      .critical,
      text: "'\(source)' may not be read by user \(user)",
      remedy: access.remedy(user: user),
      ["source": source, "user": user].merging(access.values) { $1 }
    )
  }
}

extension StatusWarning.Access {
  fileprivate func remedy(user: String) -> String {
    switch self {
    case .join(let group):
      "run 'usermod -aG \(group) \(user)' and 'systemctl restart submitwatchd'"
    case .give(let path, isFolder: true, let group):
      "run 'chgrp \(group) \(path)' and 'chmod g+rx \(path)'"
    case .give(let path, isFolder: false, let group):
      "run 'chgrp \(group) \(path)' and 'chmod g+r \(path)',"
        + " and have logrotate make its files so ('create 640 root \(group)')"
    case .unhide(let path):
      "see what hides '\(path)': the unit's sandbox (what is in /home or /root shows with"
        + " 'ProtectHome=read-only' by 'systemctl edit submitwatchd'), SELinux or AppArmor"
    }
  }

  /// The kind tells the remedies apart; that of a group to join has none.
  fileprivate var values: [String: String] {
    switch self {
    case .join(let group): ["group": group]
    case .give(let path, let isFolder, let group):
      ["path": path, "group": group, "kind": isFolder ? "folder" : "file"]
    case .unhide(let path): ["path": path, "kind": "hidden"]
    }
  }
}
