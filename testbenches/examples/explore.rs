use memento_testbenches::bypass;
use memento_testbenches::coverage::*;
use memento_testbenches::fuzz::*;
use std::sync::atomic::*;
fn main() {
    let args: Vec<String> = std::env::args().collect();
    let n: u64 = args[1].parse().unwrap();
    let config = two_cores();
    let t = std::time::Instant::now();
    let covers = covers::covers().unwrap();
    let hw = CountingHardware::new(&config, &covers, false).unwrap();
    eprintln!("compiled {:?}", t.elapsed());
    let mut jobs: Vec<(Option<Level>, u64, Pace, usize)> = vec![(None, 0, Pace::Brisk, 0)];
    let first: u64 = args.get(2).map_or(0, |a| a.parse().unwrap());
    for s in first..first + n {
        jobs.push((Some(Level::Core), s, Pace::Thorough, 2000));
        jobs.push((Some(Level::System), s, Pace::Thorough, 1000));
    }
    jobs.push((Some(Level::Core), 77, Pace::Brisk, 20000));
    let next = AtomicUsize::new(0);
    for seed in 0..120 {
        match memento_testbenches::system::unreliable::play_unreliable(
            &config,
            &hw.directed,
            seed,
            60_000,
        ) {
            Ok(s) => {
                if seed < 6 {
                    eprintln!("{s:?}")
                }
            }
            Err(e) => eprintln!("UNRELIABLE {seed}: {e}"),
        }
    }
    eprintln!("unreliable {:?}", t.elapsed());
    for (name, program) in memento_testbenches::directed::PROGRAMS {
        let r = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            program(&config, &hw.directed)
        }));
        if r.is_err() {
            eprintln!("PANIC in {name}");
        }
    }
    std::thread::scope(|sc| {
        for _ in 0..2 {
            std::thread::Builder::new()
                .stack_size(64 << 20)
                .spawn_scoped(sc, || {
                    loop {
                        let i = next.fetch_add(1, Ordering::Relaxed);
                        let Some((level, seed, pace, events)) = jobs.get(i).copied() else {
                            break;
                        };
                        match level {
                            None => {
                                bypass::suite(hw.bypass.as_ref().unwrap(), 8, 48).unwrap();
                            }
                            Some(level) => {
                                let s = if level == Level::Core {
                                    &hw.core
                                } else {
                                    &hw.system
                                };
                                let sc = Scenario::draw(level, &config, seed, (pace, events));
                                let p = s.play(&sc).unwrap();
                                if let Some(f) = p.failure {
                                    eprintln!("{level} {seed}: {}", f.message);
                                    let mut sc = sc;
                                    if std::env::var("SHRINK").is_ok() {
                                        let t0 = std::time::Instant::now();
                                        if let Some(small) = sc
                                            .shrink(s, &f, |e| {
                                                e.runs < 400 && t0.elapsed().as_secs() < 100
                                            })
                                            .unwrap()
                                        {
                                            sc = small;
                                        }
                                        eprintln!("{}", sc.surroundings());
                                        for w in sc.words() {
                                            eprintln!("   {w}");
                                        }
                                    }
                                    let case = Case::new(&config, sc, f.message.clone());
                                    std::fs::write(
                                        format!("/tmp/cov/fail-{level}-{seed}.json"),
                                        serde_json::to_string(&case).unwrap(),
                                    )
                                    .unwrap();
                                }
                            }
                        }
                    }
                })
                .unwrap();
        }
    });
    eprintln!("ran {:?}", t.elapsed());
    let tally = hw.tally().unwrap();
    let (mut lt, mut lr, mut wt, mut wr) = (0, 0, 0, 0);
    for m in &hw.tops.design.modules {
        let Some(t) = tally.modules.get(&m.name) else {
            println!("NONE {}", m.name);
            continue;
        };
        let text: Vec<&str> = m.text.lines().collect();
        lt += t.lines.len();
        lr += t.lines.values().filter(|c| **c > 0).count();
        wt += t.ways.len();
        wr += t.ways.values().filter(|c| c.0 > 0).count();
        for (w, (c, _)) in &t.ways {
            if *c == 0 {
                println!(
                    "{}:{}:{} {} | {}",
                    m.name,
                    w.line,
                    w.column,
                    w.word,
                    text[w.line as usize - 1].trim()
                );
            }
        }
        for (l, c) in &t.lines {
            if *c == 0 {
                println!("{}:{} LINE | {}", m.name, l, text[*l as usize - 1].trim());
            }
        }
    }
    println!(
        "lines {lr}/{lt} {:.2} ways {wr}/{wt} {:.2}",
        100.0 * lr as f64 / lt as f64,
        100.0 * wr as f64 / wt as f64
    );
    for (c, n) in &tally.covers {
        println!("COVER {c} {n}");
    }
}
