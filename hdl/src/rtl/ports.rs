//! [`Ports`]: a module's ports by name, for code that treats all modules alike.

use super::Value;
use super::signal::Sig;
use rust_hdl::core::direction::Direction;
use std::any::Any;

/// Access to a module's ports by name.
pub trait Ports {
    /// Name and signal of each port, in the order of declaration; the elements of a vector are
    /// `name_0`, `name_1` and so on, as in Verilog. A signal is an [`Input`](super::Input) or an
    /// [`Output`](super::Output) of the declared type, to be found out by `downcast_mut`.
    fn ports(&mut self) -> Vec<(String, &mut dyn Any)>;
}

/// A declared port, one signal or a vector of them.
pub trait PortField {
    /// Appends its signals with their names in Verilog.
    fn list<'a>(&'a mut self, name: &str, ports: &mut Vec<(String, &'a mut dyn Any)>);
}

impl<D: Direction + 'static, T: Value> PortField for Sig<D, T> {
    fn list<'a>(&'a mut self, name: &str, ports: &mut Vec<(String, &'a mut dyn Any)>) {
        ports.push((name.into(), self));
    }
}

impl<D: Direction + 'static, T: Value> PortField for Vec<Sig<D, T>> {
    fn list<'a>(&'a mut self, name: &str, ports: &mut Vec<(String, &'a mut dyn Any)>) {
        for (i, port) in self.iter_mut().enumerate() {
            ports.push((format!("{name}_{i}"), port));
        }
    }
}
