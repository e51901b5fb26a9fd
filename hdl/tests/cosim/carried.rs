//! What ports carry, as numbers.

use memento_hdl::allocator::types::{EngineState, EngineStep, MissKind, Op, Status, SwitchOp};
use memento_hdl::pages::channels::{
    ArenaCursor, ArenaPage, HeaderFound, LineAnswer, LineAsk, LineJob, PageAnswer, PageOrder,
    Walked,
};
use memento_hdl::pages::table_queues::TableAt;
use memento_hdl::pages::types_engine::{LineCommand, PageOp, ProcessState};
use memento_hdl::rtl::{Input, Output, Value, Word};
use std::any::Any;

/// What an input takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Numbers of this many bits.
    Number(usize),
    /// True and false.
    Flag,
    /// So many states.
    State(usize),
}

/// A value of a port.
trait Carried: Value {
    fn kind(&self) -> Kind;
    /// Its bits.
    fn number(&self) -> u128;
    /// The value of the same widths with these bits, or others if there is none.
    fn with_number(&self, number: u128) -> Self;
}

impl Carried for Word {
    fn kind(&self) -> Kind {
        Kind::Number(self.bits())
    }
    fn number(&self) -> u128 {
        self.value()
    }
    fn with_number(&self, number: u128) -> Word {
        Word::new(number, self.bits())
    }
}

impl Carried for bool {
    fn kind(&self) -> Kind {
        Kind::Flag
    }
    fn number(&self) -> u128 {
        (*self).into()
    }
    fn with_number(&self, number: u128) -> bool {
        number & 1 == 1
    }
}

/// Enums with their variants in the order of declaration.
macro_rules! states {
    ($($name:ident: $($variant:ident)*;)*) => {$(
        impl Carried for $name {
            fn kind(&self) -> Kind {
                Kind::State([$($name::$variant),*].len())
            }
            fn number(&self) -> u128 {
                *self as u128
            }
            fn with_number(&self, number: u128) -> $name {
                let states = [$($name::$variant),*];
                states[(number % states.len() as u128) as usize]
            }
        }
    )*};
}

/// Bundles with their fields, the least significant first.
macro_rules! bundles {
    ($($name:ident: $($field:ident)*;)*) => {$(
        impl Carried for $name {
            fn kind(&self) -> Kind {
                Kind::Number(Value::bits(self))
            }
            fn number(&self) -> u128 {
                let (mut number, mut at) = (0, 0);
                $(
                    number |= self.$field.number() << at;
                    at += Value::bits(&self.$field);
                )*
                assert_eq!(at, Value::bits(self), "fields of {}", stringify!($name));
                number
            }
            fn with_number(&self, number: u128) -> $name {
                let mut at = 0;
                let mut next = |width: usize| {
                    at += width;
                    number >> (at - width)
                };
                $name {$(
                    $field: self.$field.with_number(next(Value::bits(&self.$field))),
                )*}
            }
        }
    )*};
}

/// The types of all ports.
macro_rules! ports {
    ($($name:ident)*) => {
        /// What a port takes, if it is an input.
        pub fn kind(port: &dyn Any) -> Option<Kind> {
            $(if let Some(port) = port.downcast_ref::<Input<$name>>() {
                return Some(port.val().kind());
            })*
            None
        }

        /// Sets an input to a number, or to another if it has no such value; the number set.
        pub fn write(port: &mut dyn Any, number: u128) -> u128 {
            $(if let Some(port) = port.downcast_mut::<Input<$name>>() {
                port.next = port.val().with_number(number);
                return port.next.number();
            })*
            number
        }

        /// The value of an output; nothing for an input.
        pub fn read(port: &dyn Any) -> Option<u128> {
            $(if let Some(port) = port.downcast_ref::<Output<$name>>() {
                return Some(port.val().number());
            })*
            None
        }
    };
}

states! {
    Op: Alloc Free;
    MissKind: Free Refill Load;
    EngineState: Sweep Idle LoadEntry ReadRecord CheckRecord Locate Read Clear Settle WritePrev
        WriteNext WriteHead WriteSelf WriteDisplaced FreeArenaRequest FreeArenaAnswer
        AllocArenaRequest AllocArenaAnswer InstallWords InstallTag KeepStandby Store Answer;
    EngineStep: FreeSelf FreePrev FreeNext PushHead PopHead PopNext NewHead LoadSelf;
    SwitchOp: Attach Detach Discard;
    Status: Ok TooLarge NoMemory NotInRegion BadPointer DoubleFree ForeignContext CorruptHeader
        NotEnabled BusError;
    PageOp: AllocArena FreeArena TranslateHeader TranslateBody Create Destroy Push Take Sync SetQuota
        PeekArena ClaimArena;
    ProcessState: Absent Live Dying;
    LineCommand: Read WriteHeader WriteEntry ClearEntries WriteZero;
}

bundles! {
    LineAsk: cause read_valid write_valid address beat_ready data_valid data strobe last
        response_ready;
    LineAnswer: read_ready beat_valid beat beat_error write_ready data_ready response_valid
        response_error;
    TableAt: frame page;
    PageOrder: op source process_id size_class context_id arena address;
    PageAnswer: status arena frame of_header;
    ArenaPage: size_class context_id arena page;
    ArenaCursor: next_arena released;
    Walked: bus_error mapped frame;
    HeaderFound: bus_error sum_matches tag_matches in_use released never_used next_valid next_released;
    LineJob: command cause frame line entry mask;
}

ports! {
    Word bool Op MissKind EngineState EngineStep SwitchOp Status PageOp ProcessState LineCommand LineAsk LineAnswer TableAt
    PageOrder PageAnswer ArenaPage ArenaCursor Walked HeaderFound LineJob
}
