#include "app/agent/trace_recorder.h"

#include <algorithm>
#include <utility>

namespace dwell::app {
namespace {

/// Ages of input have their first edge at 1 s.
constexpr Millis kPasswordKeys = std::chrono::seconds(1);

/// Keys that the rules look at wherever the keyboard is (5.4); none of them is typed into a password.
bool isCommand(schemas::KeyClass keyClass) {
  return keyClass == schemas::KeyClass::kFind || keyClass == schemas::KeyClass::kShortcut;
}

}  // namespace

TraceRecorder::TraceRecorder(const Settings& settings, const HashKey& key, const schemas::TraceHeader& header,
                             MonoTime start, const std::vector<schemas::EventBody>& present, Sink sink)
    : scope_(settings, key), words_(settings.searchWords), start_(start), sink_(std::move(sink)) {
  writer_.emplace(lines_, header);
  for (const auto& body : present) write(start, body);
  pass();
}

void TraceRecorder::handle(const schemas::Event& event, bool passwordHasKeyboard) {
  const auto* input = std::get_if<schemas::Input>(&event.body);
  const bool ofPassword = passwordHasKeyboard && input != nullptr &&
                          input->kind == schemas::InputKind::kKey && !isCommand(input->keyClass);
  if (passwordKeysUntil_ && (!ofPassword || event.time >= *passwordKeysUntil_)) {
    // At a moment that is not one of theirs: how they were spread over the second would tell, too.
    write(std::min(event.time, *std::exchange(passwordKeysUntil_, std::nullopt)),
          schemas::Input{schemas::InputKind::kKey, schemas::KeyClass::kOther, 1, 0, passwordKeysSynthetic_});
  }
  if (ofPassword) {
    if (!passwordKeysUntil_)
      passwordKeysUntil_ = start_ + ((event.time - start_) / kPasswordKeys + 1) * kPasswordKeys;
    passwordKeysSynthetic_ = input->synthetic;
  } else {
    write(event.time, event.body);
  }
  pass();
}

void TraceRecorder::end(MonoTime time) {
  handle({time, schemas::End{}}, false);
  writer_.reset();
  pass();
}

void TraceRecorder::write(MonoTime time, schemas::EventBody body) {
  if (ofPageOutside(body)) return;
  std::visit([this](auto& typed) { cut(typed); }, body);
  writer_->write({MonoTime(time - start_), std::move(body)});
  ++events_;
}

void TraceRecorder::pass() {
  if (lines_.tellp() == std::ostringstream::pos_type(0)) return;
  sink_(lines_.str());
  lines_.str({});
}

bool TraceRecorder::ofPageOutside(const schemas::EventBody& body) const {
  if (const auto* label = std::get_if<schemas::PageLabel>(&body))
    return outside_.count({label->browser, label->tab}) > 0;
  const auto* serp = std::get_if<schemas::Serp>(&body);
  return serp != nullptr && outside_.count({serp->browser, serp->tab}) > 0;
}

void TraceRecorder::cut(schemas::TabClosed& body) { outside_.erase({body.browser, body.tab}); }

void TraceRecorder::cut(schemas::BrowserDisconnected& body) {
  std::erase_if(outside_, [&](const auto& tab) { return tab.first == body.browser; });
}

void TraceRecorder::cut(schemas::Navigation& body) {
  if (scope_.contains(body.url))
    outside_.erase({body.browser, body.tab});
  else
    outside_.insert({body.browser, body.tab});
  body.url = scope_.keptOrEmpty(body.url);
  if (!body.requestedUrl.empty()) body.requestedUrl = scope_.keptOrEmpty(body.requestedUrl);
}

void TraceRecorder::cut(schemas::Links& body) {
  schemas::LinkTable table = *body.links;
  for (auto& link : table) link.url = scope_.keptOrEmpty(link.url);
  body.links = std::make_shared<const schemas::LinkTable>(std::move(table));
}

void TraceRecorder::cut(schemas::LinkPressed& body) { body.url = scope_.keptOrEmpty(body.url); }

void TraceRecorder::cut(schemas::Serp& body) {
  if (words_ == SearchWords::kOff) {
    const auto [number, isNew] =
        searchNumbers_.try_emplace(body.query, std::to_string(searchNumbers_.size() + 1));
    body.query = number->second;
  } else {
    body.query = scope_.keptWords(body.query);
  }
  for (auto& result : body.results) result.url = scope_.keptOrEmpty(result.url);
}

}  // namespace dwell::app
