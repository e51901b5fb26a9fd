//! What an operation answers, and what it did.

use std::fmt;

/// Status codes of the architecture, section 4; the discriminant is the code in the response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Status {
    /// Done.
    Ok = 0,
    /// The request is larger than the largest class.
    TooLarge = 1,
    /// No arena is left in the lane, or no frame for the page of its header.
    NoMemory = 2,
    /// The address is neither in the region nor in the header lane: software frees it.
    NotInRegion = 3,
    /// No object was ever at this address, or its arena has been released.
    BadPointer = 4,
    /// The object is free already.
    DoubleFree = 5,
    /// The object belongs to another context.
    ForeignContext = 6,
    /// A header that the operation needs is not what the allocator wrote.
    CorruptHeader = 7,
    /// The allocator is switched off.
    NotEnabled = 8,
    /// Memory answered a header access with an error.
    BusError = 9,
}

impl Status {
    /// All codes in order.
    pub const ALL: [Status; 10] = [
        Status::Ok,
        Status::TooLarge,
        Status::NoMemory,
        Status::NotInRegion,
        Status::BadPointer,
        Status::DoubleFree,
        Status::ForeignContext,
        Status::CorruptHeader,
        Status::NotEnabled,
        Status::BusError,
    ];

    /// The code in the response, 4 bits.
    pub fn code(self) -> u8 {
        self as u8
    }

    /// The status with this code; `None` for the codes 10 and up, which are reserved.
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.get(usize::from(code)).copied()
    }

    /// Name in the architecture: `DOUBLE_FREE`.
    pub fn name(self) -> &'static str {
        match self {
            Status::Ok => "OK",
            Status::TooLarge => "TOO_LARGE",
            Status::NoMemory => "NO_MEMORY",
            Status::NotInRegion => "NOT_IN_REGION",
            Status::BadPointer => "BAD_POINTER",
            Status::DoubleFree => "DOUBLE_FREE",
            Status::ForeignContext => "FOREIGN_CONTEXT",
            Status::CorruptHeader => "CORRUPT_HEADER",
            Status::NotEnabled => "NOT_ENABLED",
            Status::BusError => "BUS_ERROR",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// What the allocator answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Response {
    /// How it went.
    pub status: Status,
    /// The object's address for an allocation that went well; 0 otherwise.
    pub value: u64,
}

/// What an operation did to get its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Path {
    /// Served by the arena in the HOT.
    Hit,
    /// Allocation that took the head of the available list into the HOT.
    Pop,
    /// Allocation that got an arena from the page allocator.
    New,
    /// Free in an arena outside the HOT, on the available list or not as before.
    Miss,
    /// Free that put its arena on the available list.
    Push,
    /// Free that emptied its arena, which went back to the page allocator.
    Release,
    /// Answered with a status other than `OK`.
    Error,
}

/// Answer and path of one operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// What the hardware must answer too.
    pub response: Response,
    /// How the model got there.
    pub path: Path,
}

impl Outcome {
    pub(crate) fn ok(value: u64, path: Path) -> Self {
        Outcome {
            response: Response {
                status: Status::Ok,
                value,
            },
            path,
        }
    }

    pub(crate) fn error(status: Status) -> Self {
        Outcome {
            response: Response { status, value: 0 },
            path: Path::Error,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_the_architecture() {
        for (code, status) in Status::ALL.into_iter().enumerate() {
            assert_eq!(usize::from(status.code()), code);
            assert_eq!(Status::from_code(code as u8), Some(status));
        }
        assert_eq!(Status::from_code(10), None);
        assert_eq!(format!("{:>12}", Status::DoubleFree), " DOUBLE_FREE");
    }
}
