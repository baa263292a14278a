//! Text as it is searched: one case, one kind of space, wildcards as what they are.

/// One case, single spaces.
pub fn folded(text: &str) -> String {
    text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A pattern for LIKE that matches `text` anywhere, with `\` as its escape.
pub fn anywhere(text: &str) -> String {
    let literal = folded(text).replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{literal}%")
}

/// Skills without those that are the same but for case and space, as written first.
pub fn distinct(skills: Vec<String>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for skill in skills {
        if !kept.iter().any(|known| folded(known) == folded(&skill)) {
            kept.push(skill);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_are_taken_as_they_are() {
        assert_eq!(anywhere(r"100% Re_act \o/"), r"%100\% re\_act \\o/%");
    }

    #[test]
    fn a_skill_counts_once() {
        let skills = ["React", "react ", "Type  Script", "type script"].map(str::to_owned).to_vec();
        assert_eq!(distinct(skills), ["React", "Type  Script"]);
    }
}
