//! Commands that make no sense at the moment: the model says how they are refused, and that nothing changes.

use crate::system::bench::SystemBench;
use crate::system::commands::Command;
use crate::system::dram::FRAME_BYTES;

/// One of them, about one of what there is; `first_is_lent`: the hardware knows that it has been given the first frame.
pub(super) fn command(bench: &SystemBench, first_is_lent: bool, which: u32, about: u32) -> Command {
    let (model, layout) = (&bench.model, bench.layout());
    let (cores, processes) = (model.cores() as u32, model.processes() as u32);
    let (core, process) = (about % cores, about % processes);
    let exists = |process: u32| model.process_usage(process).is_some();
    let running = model.running(core as usize);
    let create = |descriptor| Command::Create {
        process,
        descriptor,
    };
    let attach = |core, process, context| Command::Attach {
        core,
        process,
        context,
    };
    let push = |address| Command::Push { address };
    let descriptor = layout.descriptor(process);
    let end = layout.mask_table + FRAME_BYTES * layout.frames;
    let mut all = vec![
        create(descriptor + 8),
        create(descriptor + FRAME_BYTES / 2),
        create(end + FRAME_BYTES),
        push(layout.base + 1),
        push(end + FRAME_BYTES),
        attach(cores, process, 0),
        attach(9, process, 0),
        attach(core, processes, 0),
        attach(core, process, model.geometry().contexts()),
        Command::Detach { core: cores },
        Command::Create {
            process: processes,
            descriptor,
        },
        Command::Destroy { process: processes },
        Command::SetQuota {
            process: processes,
            frames: 9,
        },
    ];
    if layout.base > 0 {
        all.extend([push(0), create(0), push(layout.base - FRAME_BYTES)]);
    }
    if first_is_lent {
        all.extend([push(layout.base), create(layout.base)]);
    }
    match exists(process) {
        true => all.push(create(descriptor)),
        false => all.extend([
            Command::Destroy { process },
            Command::SetQuota { process, frames: 9 },
            attach(core, process, 0),
        ]),
    }
    match running {
        None => all.push(Command::Detach { core }),
        Some((process, context)) => {
            let other = (core + 1) % cores;
            all.extend([
                attach(core, process, context),
                attach(other, process, context),
            ]);
        }
    }
    all[which as usize % all.len()]
}
