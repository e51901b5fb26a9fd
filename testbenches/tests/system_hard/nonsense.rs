//! Commands that make no sense: refused as the model does, and nothing has changed.

use memento_sim::Status;
use memento_testbenches::directed::{Os, allocs, config, design, frees};
use memento_testbenches::system::commands::Command;

#[test]
fn commands_without_sense_change_nothing() {
    let config = config(2, 64, 4);
    let mut os = Os::new(&config, &design(&config), 100);
    let layout = os.bench.layout();
    let (base, end) = (layout.base, config.memory_base() + config.memory_bytes());
    let descriptor = layout.descriptor(0);
    let beyond = 1 << config.physical_bits();
    os.create(0);
    os.destroy(0);
    os.create(1);
    os.attach(0, 1, 0);
    os.run(0, 1, allocs(0..40, 8));
    os.compare();
    let level = os.bench.model.pool_level();
    let create = |process, descriptor| Command::Create {
        process,
        descriptor,
    };
    let attach = |core, process, context| Command::Attach {
        core,
        process,
        context,
    };
    let push = |address| Command::Push { address };
    let nonsense = [
        create(0, descriptor + 8),
        create(0, descriptor + 2048),
        create(0, base - 4096),
        create(0, end),
        create(0, end - 4096),
        create(0, 0),
        // Over lent frames, or another descriptor.
        create(0, base),
        create(0, layout.descriptor(1)),
        create(1, descriptor),
        // Regression: of a process that there is, the model answered NOT_ENABLED.
        create(1, beyond + descriptor),
        create(0, beyond),
        // Regression: the model took it.
        Command::SetQuota {
            process: 1,
            frames: beyond,
        },
        Command::SetQuota {
            process: 0,
            frames: beyond,
        },
        push(beyond + base),
        Command::Destroy { process: 0 },
        Command::SetQuota {
            process: 0,
            frames: 9,
        },
        push(base),
        push(base + 4096),
        push(base + 1),
        push(layout.descriptor(1)),
        push(end),
        push(base - 4096),
        push(0),
        attach(0, 1, 0),
        attach(0, 1, 1),
        attach(1, 1, 0),
        attach(1, 0, 0),
        attach(1, 1, 2),
        attach(2, 1, 1),
        attach(9, 1, 1),
        // Regression: the model looked at the process before the context.
        attach(1, 0, 2),
        attach(1, 2, 2),
        Command::Detach { core: 1 },
        Command::Detach { core: 2 },
    ];
    for command in nonsense {
        println!("{command:?}");
        os.command(command);
        assert_eq!(os.bench.model.pool_level(), level);
        os.compare();
    }
    // Everything goes on.
    os.attach(1, 1, 1);
    os.run(0, 1, frees(0..40));
    os.run(1, 1, allocs(40..60, 16));
    os.create(0);
    os.compare();
    os.destroy(0);
    os.destroy(1);
    os.compare();
    assert_eq!(os.bench.model.pool_level(), 100);
}

#[test]
fn processes_and_commands_that_there_are_not() {
    const BAD_POINTER: u32 = 4;
    const BAD_COMMAND: u32 = 11;
    let config = config(1, 64, 4);
    let mut os = Os::new(&config, &design(&config), 20);
    let descriptor = os.bench.layout().descriptor(0);
    for process in [2, 3, 17, 0xffff] {
        // CREATE, DESTROY, SET_QUOTA, ATTACH.
        for code in [1, 2, 6, 7] {
            let status = os.status(code, process, descriptor);
            assert_eq!(status, BAD_POINTER, "command {code}, process {process}");
        }
        // Regression: the model answered NOT_ENABLED.
        let model = &mut os.bench.model;
        let answers = [
            model.create(process, descriptor),
            model.destroy(process),
            model.set_quota(process, 1),
        ];
        assert_eq!(answers, [Status::BadPointer; 3], "process {process}");
    }
    for code in [0, 9, 16, 255] {
        assert_eq!(os.status(code, 0, descriptor), BAD_COMMAND, "{code}");
    }
    os.compare();
    os.create(0);
    os.destroy(0);
    os.compare();
}
