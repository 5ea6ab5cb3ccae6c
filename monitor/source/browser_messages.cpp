#include "monitor/source/browser_messages.h"

#include <algorithm>
#include <utility>

#include "schemas/event_fields.h"

namespace dwell::monitor {
namespace {

using schemas::Event;
using schemas::EventBody;

constexpr std::int64_t kVersion = 1;

template <class Body>
concept OfABrowser = requires(const Body& body) {
  body.browser;
};

/// The browser an event names; none for those that no browser can know of.
const schemas::BrowserId* browserOf(const EventBody& body) {
  return std::visit(
      [](const auto& event) -> const schemas::BrowserId* {
        using Body = std::decay_t<decltype(event)>;
        if constexpr (OfABrowser<Body> && !std::is_same_v<Body, schemas::BrowserDisconnected>)
          return &event.browser;
        else
          return nullptr;
      },
      body);
}

}  // namespace

std::int64_t MessageNumbers::note(std::int64_t born, std::int64_t number) {
  const auto known = last_.find(born);
  if (known == last_.end()) {
    if (last_.size() == kMaxWorkers) last_.erase(last_.begin());
    last_.emplace(born, number);
    return 0;
  }
  // A smaller number is a message sent again by a worker that took its connection for broken.
  const std::int64_t missing = std::max<std::int64_t>(0, number - known->second - 1);
  known->second = number;
  return missing;
}

Expected<void> BrowserMessages::read(std::string_view json, MonoTime arrival, std::vector<Event>& events) {
  const auto refused = [this](Error error) {
    ++losses_["message_refused"];
    return tl::unexpected<Error>(schemas::locatedAt("message", std::move(error)));
  };
  simdjson::dom::element document;
  simdjson::dom::object object;
  if (parser_.parse(json).get(document) != simdjson::SUCCESS || document.get(object) != simdjson::SUCCESS)
    return refused({"no JSON object", "", "one object per frame"});
  std::optional<Error> error;
  schemas::EventFields fields(object, error);
  fields.integer("v", kVersion, kVersion);
  const std::int64_t born = fields.integer("born", 0, schemas::kMaxEventInteger);
  const std::int64_t number = fields.integer("seq", 0, schemas::kMaxEventInteger);
  const std::int64_t sent = fields.integer("sent_ms", 0, schemas::kMaxEventInteger);
  const std::int64_t dropped = fields.integerOr("dropped", 0, schemas::kMaxEventInteger, 0);
  simdjson::dom::array list;
  if (!error && object["events"].get(list) != simdjson::SUCCESS)
    error = Error{"not an array", "/events", "an array of events"};
  if (error) return refused(std::move(*error));

  if (const auto missing = numbers_.note(born, number); missing > 0) losses_["message_lost"] += missing;
  if (dropped > 0) losses_["event_dropped"] += dropped;

  std::optional<Error> first;
  for (const simdjson::dom::element item : list) {
    auto body = schemas::decodeBody(item);
    if (body && !*body) {
      ++losses_["event_unknown"];
      continue;
    }
    const auto time = schemas::decodeMessageTime(item);
    Expected<EventBody> taken =
        !time ? tl::unexpected(time.error())
              : std::move(body).and_then([this](auto known) { return admitted(std::move(*known)); });
    if (!taken) {
      ++losses_["event_refused"];
      if (!first) first = schemas::locatedAt("event", std::move(taken.error()));
      continue;
    }
    const Millis age = std::max(Millis(0), Millis(sent) - time->time_since_epoch());
    events.push_back(Event{arrival - age, std::move(*taken)});
  }
  if (first) return tl::unexpected<Error>(std::move(*first));
  return {};
}

Expected<EventBody> BrowserMessages::admitted(EventBody body) {
  const schemas::BrowserId* browser = browserOf(body);
  if (browser == nullptr) return failure("an event that no browser can know of", "/type");
  if (const auto* hello = std::get_if<schemas::BrowserConnected>(&body); hello != nullptr && !connected_)
    connected_ = *hello;
  if (!connected_)
    return failure("an event before the connection's first", "/type", "browser_connected first");
  if (*browser != connected_->browser)
    return failure("an event of another browser", "/browser", "the name that browser_connected gave");
  return body;
}

}  // namespace dwell::monitor
