//! [`Layout`]: where the operating system keeps things.

use super::dram::FRAME_BYTES;
use super::error::SystemError;
use memento_config::Config;
use memento_hdl::Geometry;

/// Where the operating system keeps things: descriptors and the bypass's masks at the end of the
/// memory, frames to lend from its start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// First byte of the memory.
    pub base: u64,
    /// Frames that can be lent, from the first on.
    pub frames: u64,
    /// Address of the first process's descriptor.
    pub descriptors: u64,
    /// Bytes from one process's descriptor to the next.
    pub descriptor_bytes: u64,
    /// Address of the table of masks.
    pub mask_table: u64,
}

impl Layout {
    /// The layout for a configuration.
    ///
    /// # Errors
    /// [`SystemError::NoFrames`].
    pub fn new(config: &Config) -> Result<Layout, SystemError> {
        let (base, bytes) = (config.memory_base(), config.memory_bytes());
        let descriptor_bytes = Geometry::new(config).descriptor_frames() as u64 * FRAME_BYTES;
        let descriptors_bytes = descriptor_bytes * u64::from(config.processes());
        let masks_bytes = (bytes / FRAME_BYTES * 8).next_multiple_of(FRAME_BYTES);
        match bytes.checked_sub(descriptors_bytes + masks_bytes) {
            None | Some(0) => Err(SystemError::NoFrames { bytes }),
            Some(left) => Ok(Layout {
                base,
                frames: left / FRAME_BYTES,
                descriptors: base + left,
                descriptor_bytes,
                mask_table: base + left + descriptors_bytes,
            }),
        }
    }

    /// Where the descriptor of a process is.
    pub fn descriptor(&self, process: u32) -> u64 {
        self.descriptors + self.descriptor_bytes * u64::from(process)
    }
}
