//! Names of bundle types within one module.

use super::super::ir::{Field, Module, Shape};
use super::super::names::{constant_name, is_reserved, snake_name};
use std::collections::BTreeSet;

/// The bundle types of a module, inner ones first, each with a name of its own.
pub struct Types {
    list: Vec<(Shape, String)>,
}

impl Types {
    /// Every bundle that a signal of the module carries.
    pub fn of(module: &Module<'_>) -> Types {
        let mut types = Types { list: Vec::new() };
        let mut taken: BTreeSet<String> = module.signals.iter().map(|s| s.name.clone()).collect();
        for signal in &module.signals {
            types.learn(&signal.shape, &mut taken);
        }
        types
    }

    fn learn(&mut self, shape: &Shape, taken: &mut BTreeSet<String>) {
        let Shape::Bundle { name, fields } = shape else {
            return;
        };
        fields
            .iter()
            .for_each(|field| self.learn(&field.shape, taken));
        if self.list.iter().any(|(known, _)| known == shape) {
            return;
        }
        // Two sizes of one Rust type are told apart by their width.
        let stem = snake_name(name);
        let candidates = [stem.clone(), format!("{stem}_{}", shape.width())];
        let numbered = (2..).map(|n| format!("{stem}_{}_{n}", shape.width()));
        let free = candidates
            .into_iter()
            .chain(numbered)
            .find(|name| !is_reserved(&format!("{name}_t")) && taken.insert(format!("{name}_t")));
        self.list.push((shape.clone(), free.unwrap_or(stem)));
    }

    fn stem(&self, shape: &Shape) -> &str {
        let found = self.list.iter().find(|(known, _)| known == shape);
        found.map_or("bundle", |(_, name)| name.as_str())
    }

    /// The type's name in a `typedef`.
    pub fn type_name(&self, shape: &Shape) -> String {
        format!("{}_t", self.stem(shape))
    }

    /// The name of a field's position.
    pub fn offset_name(&self, shape: &Shape, path: &[&Field]) -> String {
        let mut name = constant_name(self.stem(shape));
        for field in path {
            name += &format!("_{}", field.name.to_ascii_uppercase());
        }
        name + "_LSB"
    }

    /// The `typedef`s of these shapes and of what is in them, inner ones first.
    pub fn typedefs(&self, used: &[&Shape]) -> String {
        fn contains(outer: &Shape, inner: &Shape) -> bool {
            outer == inner
                || outer
                    .fields()
                    .iter()
                    .any(|field| contains(&field.shape, inner))
        }
        let mut text = String::new();
        for (shape, name) in &self.list {
            if !used.iter().any(|outer| contains(outer, shape)) {
                continue;
            }
            text += "    typedef struct packed {\n";
            let kind = |field: &Field| match &field.shape {
                Shape::Bundle { .. } => self.type_name(&field.shape),
                other => {
                    let kind = format!("logic {}", super::range(other.width()));
                    kind.trim_end().to_string()
                }
            };
            let widest = shape.fields().iter().map(|field| kind(field).len());
            let widest = widest.max().unwrap_or(0);
            for field in shape.fields().iter().rev() {
                text += &format!("        {:widest$} {};\n", kind(field), field.name);
            }
            text += &format!("    }} {name}_t;\n\n");
        }
        text
    }
}

/// The innermost fields around some bits: their path, and the bits' position in the last of them.
pub fn field_path(shape: &Shape, offset: usize, width: usize) -> (Vec<&Field>, usize) {
    let holds = |field: &&Field| {
        field.offset <= offset && offset + width <= field.offset + field.shape.width()
    };
    match shape.fields().iter().find(holds) {
        None => (Vec::new(), offset),
        Some(field) if offset == field.offset && width == field.shape.width() => (vec![field], 0),
        Some(field) => {
            let (inner, rest) = field_path(&field.shape, offset - field.offset, width);
            (std::iter::once(field).chain(inner).collect(), rest)
        }
    }
}
