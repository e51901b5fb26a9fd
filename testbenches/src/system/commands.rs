//! [`Command`]: what the operating system orders through the registers.

use super::error::SystemError;
use super::machine::Machine;
use super::registers::RegisterAccess;
use memento_hdl::system::register_map::{COMMANDS, register};
use memento_sim::{AttachRefused, Status, SystemModel};

/// A command with its operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// Makes a process.
    Create {
        /// Its number.
        process: u32,
        /// Where its descriptor is.
        descriptor: u64,
    },
    /// Ends a process; complete once its frames are back.
    Destroy {
        /// Its number.
        process: u32,
    },
    /// Lends a frame.
    Push {
        /// Its physical address.
        address: u64,
    },
    /// Takes a frame back.
    Take,
    /// Writes arena cursors back.
    Sync,
    /// Limits a process.
    SetQuota {
        /// Its number.
        process: u32,
        /// Frames.
        frames: u64,
    },
    /// Runs a context on a core.
    Attach {
        /// The core.
        core: u32,
        /// The process.
        process: u32,
        /// The context.
        context: u32,
    },
    /// Saves the context of a core.
    Detach {
        /// The core.
        core: u32,
    },
}

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended {
    /// Status code, of the register map's.
    pub status: u8,
    /// Address of the frame that TAKE took.
    pub result: u64,
}

/// Status codes beyond those of operations.
const BUSY: u8 = 10;
/// Bit of COMMAND_STATUS and DESTROY_STATUS.
const DONE: u32 = 1 << 1;

/// Byte address of a register.
pub(crate) fn address_of(name: &str) -> u32 {
    register(name).offset as u32
}

impl Command {
    fn code(&self) -> u32 {
        let name = match self {
            Command::Create { .. } => "create",
            Command::Destroy { .. } => "destroy",
            Command::Push { .. } => "push",
            Command::Take => "take",
            Command::Sync => "sync",
            Command::SetQuota { .. } => "set_quota",
            Command::Attach { .. } => "attach",
            Command::Detach { .. } => "detach",
        };
        let command = COMMANDS.iter().find(|command| command.name == name);
        command.map_or(0, |command| command.value as u32)
    }

    /// Orders it, and waits for its end.
    pub fn order(&self, machine: &mut Machine) {
        let (process, context, core, argument) = match *self {
            Command::Create {
                process,
                descriptor,
            } => (process, 0, 0, descriptor),
            Command::Destroy { process } => (process, 0, 0, 0),
            Command::Push { address } => (0, 0, 0, address),
            Command::Take | Command::Sync => (0, 0, 0, 0),
            Command::SetQuota { process, frames } => (process, 0, 0, frames),
            Command::Attach {
                core,
                process,
                context,
            } => (process, context, core, 0),
            Command::Detach { core } => (0, 0, core, 0),
        };
        let mut write = |name, value| {
            machine.console.push(RegisterAccess::Write {
                address: address_of(name),
                value,
            });
        };
        if !matches!(self, Command::Push { .. } | Command::Take | Command::Sync) {
            write("command_process", process);
            write("command_context", context);
            write("command_core", core);
        }
        write("argument_lo", argument as u32);
        if argument >> 32 != 0 || !matches!(self, Command::Push { .. }) {
            write("argument_hi", (argument >> 32) as u32);
        }
        write("command", self.code());
        machine.console.push(RegisterAccess::Poll {
            address: address_of("command_status"),
            mask: DONE,
        });
        match self {
            Command::Destroy { .. } => {
                machine.console.push(RegisterAccess::Poll {
                    address: address_of("destroy_status"),
                    mask: DONE,
                });
            }
            Command::Take => {
                for name in ["result_lo", "result_hi"] {
                    machine.console.push(RegisterAccess::Read {
                        address: address_of(name),
                    });
                }
            }
            _ => {}
        }
    }

    /// How it ended, once the console is idle.
    ///
    /// # Errors
    /// [`SystemError::Register`].
    pub fn ended(&self, machine: &mut Machine) -> Result<Ended, SystemError> {
        let mut values = [0u32; 3];
        let (mut seen, mut refused) = (0, false);
        for accessed in machine.console.take_results() {
            refused |= !accessed.okay;
            values.rotate_left(1);
            values[2] = accessed.value;
            seen += 1;
        }
        if refused || seen == 0 {
            return Err(SystemError::Register {
                address: address_of("command"),
            });
        }
        let status = |value: u32| (value >> 8 & 0xf) as u8;
        Ok(match self {
            Command::Take => Ended {
                status: status(values[0]),
                result: u64::from(values[2]) << 32 | u64::from(values[1]),
            },
            // A refused DESTROY never runs; else how it went is in DESTROY_STATUS.
            Command::Destroy { .. } if status(values[1]) == 0 => Ended {
                status: status(values[2]),
                result: 0,
            },
            Command::Destroy { .. } => Ended {
                status: status(values[1]),
                result: 0,
            },
            _ => Ended {
                status: status(values[2]),
                result: 0,
            },
        })
    }

    /// The status code that the model gives it; executed now.
    pub fn expected(&self, model: &mut SystemModel) -> u8 {
        let status = match *self {
            Command::Create {
                process,
                descriptor,
            } => model.create(process, descriptor),
            Command::Destroy { process } => model.destroy(process),
            Command::Push { address } => model.push(address),
            Command::Take => model.take(),
            Command::Sync => Status::Ok,
            Command::SetQuota { process, frames } => model.set_quota(process, frames),
            Command::Attach {
                core,
                process,
                context,
            } => match model.attach(core as usize, process, context) {
                Ok(status) => status,
                Err(AttachRefused::NoSuchProcess(process)) => {
                    match (process as usize) < model.processes() {
                        true => Status::NotEnabled,
                        false => Status::BadPointer,
                    }
                }
                Err(AttachRefused::NoSuchCore(_) | AttachRefused::NoSuchContext(_)) => {
                    Status::BadPointer
                }
                Err(AttachRefused::Busy(_) | AttachRefused::Running(_)) => return BUSY,
            },
            Command::Detach { core } => match model.detach(core as usize) {
                Ok(status) => status,
                Err(_) if core as usize >= model.cores() => Status::BadPointer,
                Err(_) => Status::NotEnabled,
            },
        };
        status.code()
    }
}
