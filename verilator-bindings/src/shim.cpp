// The C interface of one model. Compiled together with Verilator's output, with
// verilator_bindings_ports.inc, which lists the ports, beside it, and
// verilator_bindings_evaluation.inc, which says what of an evaluation can be left out.

#include <cstdarg>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>

#include "Vmodel.h"
#include "Vmodel___024root.h"
#include "verilated.h"
#if VM_COVERAGE
#include "verilated_cov.h"
#endif
#if VM_TRACE_FST
#include "verilated_fst_c.h"
using Waveform = VerilatedFstC;
#elif VM_TRACE
#include "verilated_vcd_c.h"
using Waveform = VerilatedVcdC;
#endif

#include "verilator_bindings_evaluation.inc"

void Vmodel___024root___eval(Vmodel___024root*);
bool Vmodel___024root___eval_phase__act(Vmodel___024root*);
bool Vmodel___024root___eval_phase__nba(Vmodel___024root*);
void Vmodel___024root___eval_triggers_vec__act(Vmodel___024root*);
void Vmodel___024root___eval_nba(Vmodel___024root*);

namespace {

constexpr uint32_t kFinished = 1;
constexpr uint32_t kHalted = 2;
// Oldest text is dropped beyond this many bytes.
constexpr size_t kOutputLimit = 1 << 20;

// Thrown to leave an evaluation that must not go on.
struct Halt {};

struct Model {
    VerilatedContext context;
    std::unique_ptr<Vmodel> top;
#if VM_TRACE
    std::unique_ptr<Waveform> waveform;
#endif
    uint32_t status = 0;
    bool begun = false;  // through the initial blocks
    std::string message;
    std::string output;
    size_t last_print = 0;
};

// The model that this thread evaluates: Verilator's hooks have no argument for it.
thread_local Model* t_model = nullptr;

void attach(Model* model) {
    t_model = model;
    Verilated::threadContextp(&model->context);
}

[[noreturn]] void halt(const char* file, int line, const char* reason) {
    Model& model = *t_model;
    model.status |= kHalted;
    model.context.gotError(true);
    model.context.gotFinish(true);
    const std::string path{file};
    const std::string place = ":" + std::to_string(line) + ": ";
    model.message = path + place + reason;
    // $fatal and $error print their text just before they stop, with the name of
    // the file alone.
    const std::string name = path.substr(path.rfind('/') + 1);
    const std::string printed = model.output.substr(model.last_print);
    for (const char* severity : {"%Fatal: ", "%Error: "}) {
        const std::string start = severity + name + place;
        const size_t at = printed.find(start);
        if (at == std::string::npos) continue;
        model.message = path + place + printed.substr(at + start.size());
        while (model.message.back() == '\n') model.message.pop_back();
    }
    throw Halt{};
}

// Runs `body`; an exception halts the model.
template <typename Body>
uint32_t guarded(Model* model, Body body) {
    try {
        body();
    } catch (const Halt&) {
        // halt() has left its message.
    } catch (const std::exception& error) {
        model->status |= kHalted;
        model->message = error.what();
    }
    return model->status;
}

Model* create(int random, uint32_t seed, int argc, const char** argv) {
    Model* model = nullptr;
    try {
        model = new Model;
        attach(model);
        model->context.threads(1);
        if (random) {
            model->context.randReset(2);
            model->context.randSeed(static_cast<int>(seed));
        }
        model->context.commandArgs(argc, argv);
#if VM_TRACE
        model->context.traceEverOn(true);
#endif
        guarded(model, [model] { model->top.reset(new Vmodel{&model->context, "TOP"}); });
        if (model->top) return model;
    } catch (const std::exception&) {
    }
    delete model;
    return nullptr;
}

void close_waveform(Model* model) {
#if VM_TRACE
    if (model->waveform) model->waveform->close();
    model->waveform.reset();
#else
    (void)model;
#endif
}

void destroy(Model* model) {
    guarded(model, [model] {
        close_waveform(model);
        model->top.reset();
    });
    delete model;
}

void* state(Model* model) { return model->top->rootp; }

template <typename Body>
uint32_t evaluated(Model* model, uint32_t advance, Body body) {
    model->context.timeInc(advance);
    return guarded(model, body);
}

uint32_t eval(Model* model, uint32_t advance) {
    return evaluated(model, advance, [model] {
        if (PLAIN_EVALUATION && model->begun) {
            Vmodel___024root___eval(model->top->rootp);
        } else {
            model->top->eval_step();
            model->begun = true;
        }
    });
}

// As eval, for a design whose only edges are a clock's, while no other input has changed.
uint32_t edge(Model* model, uint32_t advance) {
#if FOLLOWS_CHANGES && EDGES_ALONE
    // There is one trigger, and it brings about no other.
    if (model->begun) {
        return evaluated(model, advance, [model] {
            Vmodel___024root* const root = model->top->rootp;
            Vmodel___024root___eval_triggers_vec__act(root);
            root->__VnbaTriggered[0] = root->__VactTriggered[0];
            Vmodel___024root___eval_nba(root);
            root->__VnbaTriggered[0] = 0;
        });
    }
#elif EDGES_ALONE
    if (model->begun) {
        return evaluated(model, advance, [model] {
            do {
                while (Vmodel___024root___eval_phase__act(model->top->rootp)) {
                }
            } while (Vmodel___024root___eval_phase__nba(model->top->rootp));
        });
    }
#endif
    return eval(model, advance);
}

uint32_t final(Model* model) {
    return guarded(model, [model] { model->top->final(); });
}

uint64_t time(const Model* model) { return model->context.time(); }

uint32_t open_waveform(Model* model, const char* path) {
#if VM_TRACE
    close_waveform(model);
    const uint32_t status = guarded(model, [model, path] {
        model->waveform.reset(new Waveform);
        model->top->trace(model->waveform.get(), 99);
        model->waveform->open(path);
    });
    (void)status;
    return model->waveform && model->waveform->isOpen();
#else
    (void)model;
    (void)path;
    return 0;
#endif
}

void dump_waveform(Model* model) {
#if VM_TRACE
    if (model->waveform) {
        guarded(model, [model] { model->waveform->dump(model->context.time()); });
    }
#else
    (void)model;
#endif
}

void write_coverage(Model* model, const char* path) {
#if VM_COVERAGE
    guarded(model, [model, path] { model->context.coveragep()->write(path); });
#else
    (void)model;
    (void)path;
#endif
}

const char* message(const Model* model) { return model->message.c_str(); }

size_t output(const Model* model, const char** text) {
    *text = model->output.data();
    return model->output.size();
}

void clear_output(Model* model) {
    model->output.clear();
    model->last_print = 0;
}

struct Port {
    const char* name;
    uint32_t input;
    uint32_t width;
    uint32_t offset;
    uint32_t edge_memory;
};

constexpr uint32_t kNone = UINT32_MAX;

#define OFFSET(member) static_cast<uint32_t>(offsetof(Vmodel___024root, member))
const Port ports[] = {
#include "verilator_bindings_ports.inc"
    {nullptr, 0, 0, 0, kNone},
};

// Mirrored by `Entry` in library.rs.
struct Entry {
    const Port* ports;
    Model* (*create)(int, uint32_t, int, const char**);
    void (*destroy)(Model*);
    void (*attach)(Model*);
    void* (*state)(Model*);
    uint32_t (*eval)(Model*, uint32_t);
    uint32_t (*edge)(Model*, uint32_t);
    uint32_t (*final)(Model*);
    uint64_t (*time)(const Model*);
    uint32_t (*open_waveform)(Model*, const char*);
    void (*dump_waveform)(Model*);
    void (*close_waveform)(Model*);
    void (*write_coverage)(Model*, const char*);
    const char* (*message)(const Model*);
    size_t (*output)(const Model*, const char**);
    void (*clear_output)(Model*);
    uint32_t follows_changes;
};

const Entry entry = {
    ports,         create,         destroy,       attach,         state,   eval,   edge,        final, time,
    open_waveform, dump_waveform,  close_waveform, write_coverage, message, output, clear_output,
    FOLLOWS_CHANGES,
};

}  // namespace

extern "C" __attribute__((visibility("default"))) const void* verilator_bindings_entry() {
    return &entry;
}

int verilator_bindings_print(const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    va_list again;
    va_copy(again, arguments);
    const int length = std::vsnprintf(nullptr, 0, format, arguments);
    va_end(arguments);
    std::string text(length > 0 ? length + 1 : 1, '\0');
    std::vsnprintf(&text[0], text.size(), format, again);
    va_end(again);
    text.pop_back();
    if (!t_model) return 0;
    std::string& output = t_model->output;
    if (output.size() + text.size() > kOutputLimit) output.erase(0, output.size() / 2);
    t_model->last_print = output.size();
    output += text;
    return static_cast<int>(text.size());
}

void vl_finish(const char*, int, const char*) {
    t_model->status |= kFinished;
    t_model->context.gotFinish(true);
}

void vl_stop(const char* file, int line, const char*) { halt(file, line, "$stop"); }

void vl_fatal(const char* file, int line, const char*, const char* message) {
    halt(file, line, message);
}
