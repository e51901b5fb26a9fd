//! The modules of a design, equal ones once, each with a name that says how it differs.

use super::ir::Module;
use super::plan::Plan;
use crate::rtl::note::ParameterNote;
use std::collections::{BTreeMap, BTreeSet};

/// What an instance refers to.
#[derive(Clone, Debug)]
pub enum Kind {
    /// A module with a kernel, by its index in the library.
    Kernel(usize),
    /// A module given as text, by its name, with the parameters of the instance.
    Leaf {
        /// Module name.
        module: String,
        /// `#(…)` or nothing.
        arguments: String,
    },
}

/// A module with a kernel.
pub struct Entry<'a> {
    /// Its contents.
    pub module: Module<'a>,
    /// Their order.
    pub plan: Plan,
    /// What its instances refer to, in order.
    pub children: Vec<Kind>,
    /// Its text under a provisional name: equal texts are equal modules.
    pub key: String,
}

/// All modules of a design, children first.
#[derive(Default)]
pub struct Library<'a> {
    /// Modules with kernels.
    pub entries: Vec<Entry<'a>>,
    /// Files of leaves: module name and text.
    pub leaves: Vec<(String, String)>,
}

impl<'a> Library<'a> {
    /// The index of a module with this text.
    pub fn find(&self, key: &str) -> Option<usize> {
        self.entries.iter().position(|entry| entry.key == key)
    }

    /// Final names, by index.
    pub fn names(&self) -> Vec<String> {
        let mut by_base: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (i, entry) in self.entries.iter().enumerate() {
            by_base
                .entry(&entry.module.scope.note.name)
                .or_default()
                .push(i);
        }
        let mut names = vec![String::new(); self.entries.len()];
        let mut taken: BTreeSet<String> =
            self.leaves.iter().map(|(name, _)| name.clone()).collect();
        taken.extend(by_base.keys().map(|base| base.to_string()));
        for (base, variants) in by_base {
            if let [only] = variants[..] {
                names[only] = base.into();
                continue;
            }
            let suffixes = self.suffixes(&variants);
            for (i, suffix) in variants.iter().zip(&suffixes) {
                let unique = suffixes.iter().filter(|other| *other == suffix).count() == 1;
                let mut name = format!("{base}{suffix}");
                if !unique || !taken.insert(name.clone()) {
                    name = format!("{name}_{:08x}", digest(&self.entries[*i].key));
                    taken.insert(name.clone());
                }
                names[*i] = name;
            }
        }
        names
    }

    /// The parameters in which these modules differ, as suffixes; derived ones if need be.
    fn suffixes(&self, variants: &[usize]) -> Vec<String> {
        let parameters = |i: usize| &self.entries[i].module.scope.note.parameters;
        let value = |i: usize, name: &str| {
            parameters(i)
                .iter()
                .find(|p| p.name == name)
                .map(|p| p.value)
        };
        let differs =
            |p: &&ParameterNote| variants.iter().any(|i| value(*i, &p.name) != Some(p.value));
        let all = variants.iter().flat_map(|i| parameters(*i)).filter(differs);
        let (derived, given): (Vec<_>, Vec<_>) = all.partition(|p| p.derived);
        let suffix = |names: &[&str], i: usize| -> String {
            let parts = names
                .iter()
                .filter_map(|n| value(i, n).map(|v| format!("_{n}{v}")));
            parts.collect()
        };
        let distinct = |list: Vec<&ParameterNote>| {
            let mut names: Vec<String> = Vec::new();
            for p in list {
                if !names.contains(&p.name) {
                    names.push(p.name.clone());
                }
            }
            names
        };
        let (given, derived) = (distinct(given), distinct(derived));
        let mut names: Vec<&str> = given.iter().map(String::as_str).collect();
        let mut extra = derived.iter().map(String::as_str);
        loop {
            let suffixes: Vec<String> = variants.iter().map(|i| suffix(&names, *i)).collect();
            let unique = BTreeSet::from_iter(&suffixes).len() == suffixes.len();
            match extra.next() {
                Some(name) if !unique => names.push(name),
                _ => return suffixes,
            }
        }
    }
}

/// FNV-1a: short and stable, for modules whose parameters do not tell them apart.
fn digest(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}
