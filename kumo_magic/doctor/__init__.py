"""A fitted run → what may have leaked into it, or gone stale: warnings. Learns nothing, changes nothing."""

from kumo_magic.doctor.examine import examine as examine
