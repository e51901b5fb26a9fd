// The same stimulus as main.rs, as a C++ programmer writes it.
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "Vmodel.h"
#include "verilated.h"

static uint64_t state = 0x9e3779b97f4a7c15ULL;
static uint64_t draw() {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

int main(int, char** argv) {
    const long cycles = std::atol(argv[1]);
    VerilatedContext context;
    Vmodel top{&context};
    top.rst = 1;
    for (int i = 0; i < 2; ++i) {
        context.timeInc(1);
        top.clk = 0;
        top.eval();
        context.timeInc(1);
        top.clk = 1;
        top.eval();
    }
    top.rst = 0;
    uint64_t sum = 0;
    const auto start = std::chrono::steady_clock::now();
    for (long i = 0; i < cycles; ++i) {
        const uint64_t bits = draw();
        top.valid = bits & 1;
        top.free = bits >> 1 & 1;
        top.class_in = bits >> 2 & 63;
        top.slot_in = bits >> 8 & 255;
        top.tag = bits >> 16 & 0xffff;
        top.context_id = bits >> 32;
        top.address = bits >> 20 & 0x7fffffffffULL;
        top.ready_a = bits >> 3 & 1;
        top.ready_b = bits >> 4 & 1;
        top.credit_a = bits >> 5 & 255;
        top.credit_b = bits >> 6 & 255;
        top.data_a = bits;
        top.data_b = ~bits;
        context.timeInc(1);
        top.clk = 0;
        top.eval();
        context.timeInc(1);
        top.clk = 1;
        top.eval();
        sum = sum * 31 + top.done + top.full + top.double_free + top.class_out + top.slot_out
              + top.tag_out + top.context_out + top.address_out + top.used + top.allocs
              + top.frees + top.errors + top.mix_a + top.mix_b + top.credit_out + top.ready_out;
        for (int word = 0; word < 8; ++word) sum ^= static_cast<uint64_t>(top.bitmap[word]) << word;
    }
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    std::printf("%.9f %016llx\n", seconds.count(), static_cast<unsigned long long>(sum));
    return 0;
}
