"""filter.py SOCKET: a milter whose verdict behind the data is in the sender's name."""

import sys

import Milter


class Verdicts(Milter.Base):
    def envfrom(self, sender, *_):
        self.verdict = sender.strip("<>").split("@")[0]
        return Milter.CONTINUE

    def eom(self):
        if self.verdict == "rejected":
            self.setreply("554", "5.7.1", "no such thing")
            return Milter.REJECT
        if self.verdict == "deferred":
            return Milter.TEMPFAIL
        if self.verdict == "discarded":
            return Milter.DISCARD
        if self.verdict == "quarantined":
            self.quarantine("looks odd")
        self.addheader("X-Seen", "yes")
        return Milter.ACCEPT


Milter.factory = Verdicts
Milter.set_flags(Milter.ADDHDRS + Milter.QUARANTINE)
Milter.runmilter("verdicts", sys.argv[1], 30)
