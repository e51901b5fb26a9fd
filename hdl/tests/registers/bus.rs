//! Software on the other side of AXI4-Lite: accesses with random pauses on every channel.

use crate::common::{below, random};
use memento_config::Config;
use memento_hdl::Geometry;
use memento_hdl::rtl::{Simulation, bits};
use memento_hdl::system::register_map::ADDRESS_BITS;
use memento_hdl::system::registers::Registers;
use proptest::test_runner::TestRng;

/// Cycles after which an access counts as lost.
const PATIENCE: usize = 100;

/// RESP of a good access.
pub const OKAY: u32 = 0;
/// RESP of an access that is an error.
pub const SLVERR: u32 = 2;

/// What surrounds the registers; called in every cycle before the clock's edge.
pub type Surroundings = Box<dyn FnMut(&mut Registers, u64)>;

/// The registers, and software that accesses them.
pub struct Bus {
    /// The registers.
    pub simulation: Simulation<Registers>,
    /// Whether software pauses; without, it is as fast as the bus.
    pub pauses: bool,
    surroundings: Surroundings,
    cycle: u64,
    random: TestRng,
}

impl Bus {
    /// Registers after reset.
    pub fn new(config: &Config, seed: u64, surroundings: Surroundings) -> Bus {
        let registers = Registers::new(&Geometry::new(config), crate::digest(config));
        Bus {
            simulation: Simulation::new(registers),
            pauses: true,
            surroundings,
            cycle: 0,
            random: random(seed),
        }
    }

    /// Cycles since reset.
    pub fn cycle(&self) -> u64 {
        self.cycle
    }

    /// One clock cycle.
    pub fn tick(&mut self) {
        (self.surroundings)(&mut self.simulation.module, self.cycle);
        self.simulation.tick();
        self.cycle += 1;
    }

    fn coin(&mut self) -> bool {
        !self.pauses || below(&mut self.random, 3) != 0
    }

    /// Writes, address and data in any order; the response.
    pub fn write(&mut self, address: usize, data: u32, strobe: usize) -> u32 {
        let (mut address_due, mut data_due) = (true, true);
        let (mut offers_address, mut offers_data) = (false, false);
        for _ in 0..PATIENCE {
            offers_address |= address_due && self.coin();
            offers_data |= data_due && self.coin();
            let ready = self.coin();
            let module = &mut self.simulation.module;
            module.s_axil_awvalid.next = offers_address;
            module.s_axil_awaddr.next = bits(address, ADDRESS_BITS);
            module.s_axil_wvalid.next = offers_data;
            module.s_axil_wdata.next = bits(data as usize, 32);
            module.s_axil_wstrb.next = bits(strobe, 4);
            module.s_axil_bready.next = ready;
            self.simulation.eval();
            let module = &self.simulation.module;
            let taken = (
                offers_address && module.s_axil_awready.val(),
                offers_data && module.s_axil_wready.val(),
            );
            let answered = ready && module.s_axil_bvalid.val();
            let response = module.s_axil_bresp.val().index() as u32;
            self.tick();
            if taken.0 {
                (address_due, offers_address) = (false, false);
            }
            if taken.1 {
                (data_due, offers_data) = (false, false);
            }
            if answered {
                assert!(!address_due && !data_due, "answered before it was asked");
                self.simulation.module.s_axil_bready.next = false;
                return response;
            }
        }
        panic!("the write of {address:#x} was not answered");
    }

    /// Reads; data and response.
    pub fn read(&mut self, address: usize) -> (u32, u32) {
        let (mut due, mut offers) = (true, false);
        for _ in 0..PATIENCE {
            offers |= due && self.coin();
            let ready = self.coin();
            let module = &mut self.simulation.module;
            module.s_axil_arvalid.next = offers;
            module.s_axil_araddr.next = bits(address, ADDRESS_BITS);
            module.s_axil_rready.next = ready;
            self.simulation.eval();
            let module = &self.simulation.module;
            let taken = offers && module.s_axil_arready.val();
            let answered = ready && module.s_axil_rvalid.val();
            let data = module.s_axil_rdata.val().index() as u32;
            let response = module.s_axil_rresp.val().index() as u32;
            self.tick();
            if taken {
                (due, offers) = (false, false);
            }
            if answered {
                assert!(!due, "answered before it was asked");
                self.simulation.module.s_axil_rready.next = false;
                return (data, response);
            }
        }
        panic!("the read of {address:#x} was not answered");
    }

    /// Reads a register that there is.
    pub fn get(&mut self, address: usize) -> u32 {
        let (data, response) = self.read(address);
        assert_eq!(response, OKAY, "read of {address:#x}");
        data
    }

    /// Writes a whole register that there is.
    pub fn set(&mut self, address: usize, data: u32) {
        assert_eq!(self.write(address, data, 15), OKAY, "write of {address:#x}");
    }
}
