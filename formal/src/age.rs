//! [`Age`]: whether a result is of the Verilog of today.

use memento_hdl::measured::Measured;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;

/// Which Verilog a result was measured on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Age {
    /// That of today.
    Present,
    /// Another one.
    Earlier,
    /// Nobody knows: the result was kept before that was.
    NotRecorded,
}

impl Age {
    /// In a sentence, behind what was measured.
    pub fn sentence(self) -> &'static str {
        match self {
            Age::Present => "Measured on the present Verilog.",
            Age::Earlier => "Measured on an earlier version of the Verilog.",
            Age::NotRecorded => "On which version of the Verilog it was measured is not recorded.",
        }
    }
}

/// In a column of a table.
impl fmt::Display for Age {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Age::Present => "present",
            Age::Earlier => "earlier",
            Age::NotRecorded => "not recorded",
        })
    }
}

/// Ages of results; each hardware is written once.
#[derive(Debug, Default)]
pub struct Ages(RefCell<BTreeMap<(String, String), bool>>);

impl Ages {
    /// The age of what was measured on such hardware: present only if all of it is.
    pub fn of<'a>(&self, measured: impl IntoIterator<Item = &'a Measured>) -> Age {
        let mut age = Age::NotRecorded;
        for one in measured {
            let key = (one.configuration.clone(), one.verilog_sha256.clone());
            let known = self.0.borrow().get(&key).copied();
            let present = known.unwrap_or_else(|| one.is_present());
            self.0.borrow_mut().insert(key, present);
            if !present {
                return Age::Earlier;
            }
            age = Age::Present;
        }
        age
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use memento_config::Config;

    #[test]
    fn a_result_is_of_today_if_all_its_hardware_is() {
        let config = Config::preset("tiny").unwrap_or_else(|errors| panic!("{errors}"));
        let now = Measured::now(&config).unwrap_or_else(|errors| panic!("{errors}"));
        let before = Measured {
            verilog_sha256: "0".repeat(64),
            ..now.clone()
        };
        let ages = Ages::default();
        assert_eq!(ages.of([]), Age::NotRecorded);
        assert_eq!(ages.of([&now]), Age::Present);
        assert_eq!(ages.of([&now, &before]), Age::Earlier);
        assert_eq!(ages.of([&before]), Age::Earlier);
    }
}
