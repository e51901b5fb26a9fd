//! Handles of a compiled module's ports.

/// Declares handles of ports and how they are found; ports of vectors end in their index.
macro_rules! handles {
    ($name:ident($($suffix:ident)?) { in { $($input:ident: $input_kind:ty),* $(,)? } out { $($output:ident: $output_kind:ty),* $(,)? } }) => {
        #[derive(Clone, Copy)]
        pub(super) struct $name {
            $($input: In<$input_kind>,)*
            $($output: Out<$output_kind>,)*
        }

        impl $name {
            fn of(library: &Library $(, $suffix: usize)?) -> Result<$name, verilator_bindings::Error> {
                let name = |name: &str| handles!(@name name $($suffix)?);
                Ok($name {
                    $($input: library.input(&name(stringify!($input)))?,)*
                    $($output: library.output(&name(stringify!($output)))?,)*
                })
            }

            /// Inputs of a model that starts at random are random too.
            fn clear(&self, model: &mut Model) {
                $(model.set(self.$input, <$input_kind>::default());)*
            }
        }
    };
    (@name $name:ident) => { $name.to_owned() };
    (@name $name:ident $suffix:ident) => { format!("{}_{}", $name, $suffix) };
}

/// Sets the inputs that differ from those applied before.
macro_rules! differing {
    ($model:expr, $ports:expr, $old:expr, $new:expr; $($port:ident: $($field:ident).+),* $(,)?) => {
        $(if $old.$($field).+ != $new.$($field).+ {
            $model.set($ports.$port, $new.$($field).+.into());
        })*
    };
}

pub(super) use {differing, handles};
