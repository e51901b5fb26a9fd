//! Names in Verilog: reserved words, the back end's own spellings.

/// Reserved words of Verilog-2005 and SystemVerilog-2012, and what some tools add.
const RESERVED: &str = "accept_on alias always always_comb always_ff always_latch and assert assign \
assume automatic before begin bind bins binsof bit break buf bufif0 bufif1 byte case casex casez \
cell chandle checker class clocking cmos config const constraint context continue cover covergroup \
coverpoint cross deassign default defparam design disable dist do edge else end endcase \
endchecker endclass endclocking endconfig endfunction endgenerate endgroup endinterface endmodule \
endpackage endprimitive endprogram endproperty endsequence endspecify endtable endtask enum event \
eventually expect export extends extern final first_match for force foreach forever fork forkjoin \
function generate genvar global highz0 highz1 if iff ifnone ignore_bins illegal_bins implements \
implies import incdir include initial inout input inside instance int integer interconnect \
interface intersect join join_any join_none large let liblist library local localparam logic \
longint macromodule matches medium modport module nand negedge nettype new nexttime nmos nor \
noshowcancelled not notif0 notif1 null or output package packed parameter pmos posedge primitive \
priority program property protected pull0 pull1 pulldown pullup pulsestyle_ondetect \
pulsestyle_onevent pure rand randc randcase randsequence rcmos real realtime ref reg reject_on \
release repeat restrict return rnmos rpmos rtran rtranif0 rtranif1 s_always s_eventually \
s_nexttime s_until s_until_with scalared sequence shortint shortreal showcancelled signed small \
soft solve specify specparam static string strong strong0 strong1 struct super supply0 supply1 \
sync_accept_on sync_reject_on table tagged task this throughout time timeprecision timeunit tran \
tranif0 tranif1 tri tri0 tri1 triand trior trireg type typedef union unique unique0 unsigned until \
until_with untyped use uwire var vectored virtual void wait wait_order wand weak weak0 weak1 while \
wildcard wire with within wor xnor xor";

/// Whether Verilog or SystemVerilog gives the word a meaning.
pub fn is_reserved(name: &str) -> bool {
    RESERVED.split_ascii_whitespace().any(|word| word == name)
}

/// Whether the name can be written without escapes.
pub fn is_legal(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// `FooBar` and `Foo::Bar` as `FOO_BAR`; acronyms and digits stay with the letter before them.
pub fn constant_name(path: &str) -> String {
    let mut name = String::new();
    let mut before = ' ';
    for c in path.replace("::", "_").chars() {
        let starts_word = c.is_ascii_uppercase() && !before.is_ascii_uppercase();
        if starts_word && !name.is_empty() && !name.ends_with('_') {
            name.push('_');
        }
        name.push(c.to_ascii_uppercase());
        before = c;
    }
    name
}

/// `FooBar` as `foo_bar`.
pub fn snake_name(path: &str) -> String {
    constant_name(path).to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings() {
        assert_eq!(constant_name("Op::AllocArena"), "OP_ALLOC_ARENA");
        assert_eq!(constant_name("State::Idle"), "STATE_IDLE");
        assert_eq!(constant_name("HOTEntry"), "HOTENTRY");
        assert_eq!(snake_name("PageRequest"), "page_request");
    }

    #[test]
    fn words() {
        assert!(is_reserved("reg") && is_reserved("unique0") && !is_reserved("register"));
        assert!(is_legal("a_1") && !is_legal("1a") && !is_legal("a$b") && !is_legal(""));
    }
}
