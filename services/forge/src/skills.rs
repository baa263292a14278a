//! Skills as people write them.

use shared::search::folded;

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
    fn a_skill_counts_once() {
        let skills = ["React", "react ", "Type  Script", "type script"].map(str::to_owned).to_vec();
        assert_eq!(distinct(skills), ["React", "Type  Script"]);
    }
}
