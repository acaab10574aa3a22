//! The scenarios that come with the emulator.

/// Name and file.
pub(crate) const READY: &[(&str, &str)] = &[
    ("happy-day", include_str!("../../scenarios/happy-day.yaml")),
    ("quality-drop", include_str!("../../scenarios/quality-drop.yaml")),
    ("template-paused", include_str!("../../scenarios/template-paused.yaml")),
    ("meta-outage", include_str!("../../scenarios/meta-outage.yaml")),
    ("token-expiry", include_str!("../../scenarios/token-expiry.yaml")),
    ("number-ban", include_str!("../../scenarios/number-ban.yaml")),
    ("bsuid-only", include_str!("../../scenarios/bsuid-only.yaml")),
    ("media-fails", include_str!("../../scenarios/media-fails.yaml")),
    ("throughput-upgrade", include_str!("../../scenarios/throughput-upgrade.yaml")),
];
