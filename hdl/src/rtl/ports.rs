//! [`Ports`]: a module's ports by name, for code that treats all modules alike.

use std::any::Any;

/// Access to a module's ports by name.
pub trait Ports {
    /// Name and signal of each port, in the order of declaration. A signal is an
    /// [`Input`](super::Input) or an [`Output`](super::Output) of the declared type, to be found out
    /// by `downcast_mut`.
    fn ports(&mut self) -> Vec<(&'static str, &mut dyn Any)>;
}
