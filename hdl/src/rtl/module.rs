//! [`module!`](crate::module) and [`bundle!`](crate::bundle): each port, wire, register and
//! instance of a module is declared once, with its documentation.

/// Whatever takes the module's clock and reset without being asked: registers, memories, modules.
pub trait Clocked {
    /// Presents clock and (active-high) reset levels for the coming settling step.
    fn drive(&mut self, clock: bool, reset: bool);
}

impl<C: Clocked> Clocked for Vec<C> {
    fn drive(&mut self, clock: bool, reset: bool) {
        for part in self {
            part.drive(clock, reset);
        }
    }
}

/// A packed record of named fields with run-time widths.
///
/// Kernels read `x.val().field`, assign `x.next.field = …`, and move a whole record with
/// `x.next = y.val()`. `bundle! { pub struct Request { size: Word, op: Op } }` also declares
/// `RequestShape`, whose fields are the widths. The first field is the least significant.
#[macro_export]
macro_rules! bundle {
    ($(#[$meta:meta])* $vis:vis struct $name:ident { $($(#[$fmeta:meta])* $field:ident: $type:ty),* $(,)? }) => {
        ::pastey::paste! {
            $(#[$meta])*
            #[allow(missing_docs)]
            #[derive(Copy, Clone, PartialEq, Debug)]
            $vis struct $name { $($(#[$fmeta])* pub $field: $type),* }

            #[doc = concat!("Widths of [`", stringify!($name), "`], in bits.")]
            #[derive(Copy, Clone)]
            $vis struct [<$name Shape>] {
                $(#[doc = concat!("Shape of `", stringify!($field), "`.")]
                pub $field: <$type as $crate::rtl::Value>::Shape),*
            }

            #[allow(missing_docs)]
            impl $name {
                #[allow(unused_assignments)]
                fn offset(&self, name: &str) -> usize {
                    let mut offset = 0;
                    $(if name == stringify!($field) { return offset }
                      offset += $crate::rtl::Value::bits(&self.$field);)*
                    offset
                }
                $(pub fn [<get_my_width_ $field>](&self) -> usize { $crate::rtl::Value::bits(&self.$field) }
                  pub fn [<get_my_offset_ $field>](&self) -> usize { self.offset(stringify!($field)) })*
            }

            impl $crate::rtl::Value for $name {
                type Shape = [<$name Shape>];
                fn zero(shape: Self::Shape) -> Self {
                    $name { $($field: $crate::rtl::Value::zero(shape.$field)),* }
                }
                fn fit(self, shape: Self::Shape) -> Self {
                    $name { $($field: self.$field.fit(shape.$field)),* }
                }
                fn bits(&self) -> usize {
                    self.offset("")
                }
                fn kind(shape: Self::Shape) -> $crate::rtl::TypeKind {
                    $crate::rtl::TypeKind::Composite(vec![$(Box::new($crate::rtl::TypeField {
                        fieldname: stringify!($field).into(),
                        kind: $crate::rtl::TypeDescriptor {
                            name: stringify!($name).into(),
                            kind: <$type as $crate::rtl::Value>::kind(shape.$field),
                        },
                    })),*])
                }
            }
        }
    };
}

/// A comment inside a kernel; the back end carries it into the Verilog.
#[macro_export]
macro_rules! comment {
    ($text:literal) => {};
}

/// Shape of a declaration: the given one, or `()` for `bool` and enums.
#[doc(hidden)]
#[macro_export]
macro_rules! shape {
    () => {
        ()
    };
    ($shape:expr) => {
        $shape
    };
}

/// Type of a field: one signal, or a vector of them.
#[doc(hidden)]
#[macro_export]
macro_rules! field_type {
    ($type:ty) => { $type };
    ($type:ty, $count:expr) => { Vec<$type> };
}

/// Value of a field: one signal, or a vector of them.
#[doc(hidden)]
#[macro_export]
macro_rules! field_value {
    ($value:expr) => {
        $value
    };
    ($value:expr, $count:expr) => {
        (0..$count).map(|_| $value).collect()
    };
}

/// Type of a port.
#[doc(hidden)]
#[macro_export]
macro_rules! port_type {
    (input $type:ty) => { $crate::rtl::Input<$type> };
    (output $type:ty) => { $crate::rtl::Output<$type> };
}

/// Note of a signal.
#[doc(hidden)]
#[macro_export]
macro_rules! signal_note {
    ($group:expr, $reset:literal, [$($doc:literal)*]) => {
        $crate::rtl::note::SignalNote {
            doc: $crate::rtl::note::lines(&[$($doc),*]),
            group: $group,
            reset: $reset,
            file: file!().into(),
            line: line!(),
        }
    };
}

/// Declares a module: parameters, ports by channel, wires, registers and instances, each once.
///
/// ```ignore
/// module! {
///     /// Purpose, protocol, latency …
///     pub module PagePool(g: &Geometry) = "page_pool" {
///         parameters { /** bits of a page number */ page_bits = g.page_bits, }
///         derived { /** pages held */ depth = 1 << 4, }
///         features { /** 1: … */ parity = g.parity as usize, }
///         ports {
///             "Push: valid/ready" {
///                 /// page given back
///                 input push_page: Word = page_bits;
///             }
///         }
///         wires { level: Word = clog2(depth); }
///         state { /* cleared by reset */ }
///         data { /* not reset */ }
///         instances { pages: BlockRam = BlockRam::new(depth, page_bits); }
///     }
/// }
/// ```
/// Features are sizes that the header lists only where they aren't 0. A vector may have no element, so
/// a port of a feature is `name[feature]: type`.
/// Clock and reset are implied. `name[count]: type = shape;` declares a vector, of ports too: in
/// Verilog its elements are `name_0`, `name_1` and so on. The kernel is an ordinary
/// `#[hdl_gen] fn update` in `impl Logic`.
#[macro_export]
macro_rules! module {
    (
        $(#[doc = $doc:literal])*
        $vis:vis module $name:ident($($arg:ident: $argt:ty),* $(,)?) = $verilog:literal {
            $(parameters { $($(#[doc = $pdoc:literal])* $p:ident = $pe:expr),* $(,)? })?
            $(derived { $($(#[doc = $ldoc:literal])* $l:ident = $le:expr),* $(,)? })?
            $(features { $($(#[doc = $fdoc:literal])* $f:ident = $fe:expr),* $(,)? })?
            ports { $($group:literal { $($(#[doc = $iodoc:literal])* $dir:ident $io:ident $([$ion:expr])?: $iot:ty $(= $ios:expr)?;)* })* }
            $(wires { $($(#[doc = $wdoc:literal])* $w:ident $([$wn:expr])?: $wt:ty $(= $ws:expr)?;)* })?
            $(state { $($(#[doc = $sdoc:literal])* $s:ident $([$sn:expr])?: $st:ty $(= $ss:expr)?;)* })?
            $(data { $($(#[doc = $ddoc:literal])* $d:ident $([$dn:expr])?: $dt:ty $(= $ds:expr)?;)* })?
            $(instances { $($(#[doc = $xdoc:literal])* $x:ident $([$xn:expr])?: $xt:ty = $xe:expr;)* })?
        }
    ) => {
        $(#[doc = $doc])*
        #[allow(missing_docs)]
        $vis struct $name {
            $($($p: usize,)*)?
            $($($l: usize,)*)?
            $($($f: usize,)*)?
            clock: bool,
            reset: bool,
            clock_changed: bool,
            $($(pub $io: $crate::field_type!($crate::port_type!($dir $iot) $(, $ion)?),)*)*
            $($($w: $crate::field_type!($crate::rtl::Wire<$wt> $(, $wn)?),)*)?
            $($($s: $crate::field_type!($crate::rtl::Reg<$st> $(, $sn)?),)*)?
            $($($d: $crate::field_type!($crate::rtl::Reg<$dt> $(, $dn)?),)*)?
            $($($x: $crate::field_type!($xt $(, $xn)?),)*)?
        }

        impl $name {
            /// Makes the module with the sizes that follow from these.
            #[allow(clippy::new_without_default, reason = "few modules have no sizes")]
            $vis fn new($($arg: $argt),*) -> Self {
                $($(let $p: usize = $pe;)*)?
                $($(let $l: usize = $le;)*)?
                $($(let $f: usize = $fe;)*)?
                $name {
                    clock: false,
                    reset: false,
                    clock_changed: false,
                    $($($io: $crate::field_value!($crate::rtl::Sig::new($crate::shape!($($ios)?), $crate::signal_note!(Some($group.into()), false, [$($iodoc)*])) $(, $ion)?),)*)*
                    $($($w: $crate::field_value!($crate::rtl::Sig::new($crate::shape!($($ws)?), $crate::signal_note!(None, false, [$($wdoc)*])) $(, $wn)?),)*)?
                    $($($s: $crate::field_value!($crate::rtl::Reg::new($crate::shape!($($ss)?), $crate::signal_note!(None, true, [$($sdoc)*])) $(, $sn)?),)*)?
                    $($($d: $crate::field_value!($crate::rtl::Reg::new($crate::shape!($($ds)?), $crate::signal_note!(None, false, [$($ddoc)*])) $(, $dn)?),)*)?
                    $($($x: $crate::field_value!($xe $(, $xn)?),)*)?
                    $($($p,)*)?
                    $($($l,)*)?
                    $($($f,)*)?
                }
            }
        }

        impl $crate::rtl::Clocked for $name {
            fn drive(&mut self, clock: bool, reset: bool) {
                self.clock_changed = self.clock != clock || self.reset != reset;
                self.clock = clock;
                self.reset = reset;
            }
        }

        impl $crate::rtl::Ports for $name {
            fn ports(&mut self) -> Vec<(String, &mut dyn ::core::any::Any)> {
                let mut ports = Vec::new();
                $($($crate::rtl::PortField::list(&mut self.$io, stringify!($io), &mut ports);)*)*
                ports
            }
        }

        impl $crate::rtl::Block for $name {
            fn connect_all(&mut self) {}

            #[allow(unused_variables, unused_imports)]
            fn update_all(&mut self) {
                use $crate::rtl::{Clocked as _, Logic as _};
                let (clock, reset) = (self.clock, self.reset);
                $($(self.$s.drive(clock, reset);)*)?
                $($(self.$d.drive(clock, reset);)*)?
                $($(self.$x.drive(clock, reset);)*)?
                self.update();
                $($(self.$io.update_all();)*)*
                $($(self.$w.update_all();)*)?
                $($(self.$s.update_all();)*)?
                $($(self.$d.update_all();)*)?
                $($(self.$x.update_all();)*)?
            }

            fn has_changed(&self) -> bool {
                self.clock_changed
                    $($(|| self.$io.has_changed())*)*
                    $($(|| self.$w.has_changed())*)?
                    $($(|| self.$s.has_changed())*)?
                    $($(|| self.$d.has_changed())*)?
                    $($(|| self.$x.has_changed())*)?
            }

            fn accept(&self, name: &str, probe: &mut dyn $crate::rtl::Probe) {
                probe.visit_start_scope(name, self);
                let note = $crate::rtl::note::ModuleNote {
                    name: $verilog.into(),
                    doc: $crate::rtl::note::lines(&[$($doc),*]),
                    parameters: vec![
                        $($($crate::rtl::note::ParameterNote {
                            name: stringify!($p).into(), value: self.$p,
                            doc: $crate::rtl::note::lines(&[$($pdoc),*]), derived: false,
                        },)*)?
                        $($($crate::rtl::note::ParameterNote {
                            name: stringify!($l).into(), value: self.$l,
                            doc: $crate::rtl::note::lines(&[$($ldoc),*]), derived: true,
                        },)*)?
                    ].into_iter().chain([
                        $($($crate::rtl::note::ParameterNote {
                            name: stringify!($f).into(), value: self.$f,
                            doc: $crate::rtl::note::lines(&[$($fdoc),*]), derived: false,
                        },)*)?
                    ].into_iter().filter(|feature: &$crate::rtl::note::ParameterNote| feature.value != 0)).collect(),
                    instances: vec![$($((stringify!($x).into(), $crate::rtl::note::lines(&[$($xdoc),*])),)*)?],
                    file: file!().into(),
                    line: line!(),
                };
                $crate::rtl::visit_note(&note, probe);
                $($(probe.visit_atom(stringify!($p), &$crate::rtl::Param(self.$p));)*)?
                $($(probe.visit_atom(stringify!($l), &$crate::rtl::Param(self.$l));)*)?
                $($(probe.visit_atom(stringify!($f), &$crate::rtl::Param(self.$f));)*)?
                $($(self.$io.accept(stringify!($io), probe);)*)*
                $($(self.$w.accept(stringify!($w), probe);)*)?
                $($(self.$s.accept(stringify!($s), probe);)*)?
                $($(self.$d.accept(stringify!($d), probe);)*)?
                $($(self.$x.accept(stringify!($x), probe);)*)?
                probe.visit_end_scope(name, self);
            }
        }
    };
}
