#include "monitor/source/trace_writer.h"

namespace dwell::monitor {
namespace {

MonoTime stepOf(MonoTime time) {
  return MonoTime(time.time_since_epoch() / TraceWriter::kKeyStep * TraceWriter::kKeyStep);
}

bool isKey(const schemas::Event& event) {
  const auto* const input = std::get_if<schemas::Input>(&event.body);
  return input != nullptr && input->kind == schemas::InputKind::kKey;
}

}  // namespace

TraceWriter::TraceWriter(std::ostream& out, const schemas::TraceHeader& header) : out_(out) {
  out_ << schemas::encodeTraceHeader(header).dump() << '\n';
}

TraceWriter::~TraceWriter() { flush(); }

void TraceWriter::write(schemas::Event event) {
  if (!held_.empty() && stepOf(event.time) != stepOf(held_.front().time)) flush();
  const bool key = isKey(event);
  held_.push_back(std::move(event));
  if (key) keysEnd_ = held_.size();
}

void TraceWriter::flush() {
  for (std::size_t i = 0; i < held_.size(); ++i) {
    if (i < keysEnd_) held_[i].time = stepOf(held_[i].time);
    out_ << schemas::encodeEvent(held_[i]).dump() << '\n';
  }
  held_.clear();
  keysEnd_ = 0;
}

}  // namespace dwell::monitor
