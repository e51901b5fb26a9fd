//! Configurations that ship with the project: the files of `configs/`, which are their only source.

/// Names and texts of the presets.
pub const PRESETS: &[(&str, &str)] = &[
    ("default", include_str!("../../configs/default.toml")),
    ("rv32", include_str!("../../configs/rv32.toml")),
    ("tiny", include_str!("../../configs/tiny.toml")),
];

/// The text of a preset.
pub(crate) fn text(name: &str) -> Option<&'static str> {
    PRESETS
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, text)| *text)
}

/// Names of the presets for error texts.
pub(crate) fn names() -> String {
    PRESETS
        .iter()
        .map(|(name, _)| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", ")
}
