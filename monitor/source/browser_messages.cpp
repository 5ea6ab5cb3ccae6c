#include "monitor/source/browser_messages.h"

#include <algorithm>
#include <utility>

#include "schemas/event_fields.h"

namespace dwell::monitor {
namespace {

using schemas::Event;
using schemas::EventBody;

constexpr std::int64_t kVersion = 1;
/// No queue drops more between two messages; sums of it cannot overflow.
constexpr std::int64_t kMostDropped = 1'000'000'000;
const schemas::BrowserId kNobody;

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

/// A page that is there, told by one who did not see it come: a worker that does not know what the one before
/// it told.
bool isPresentPage(const EventBody& body) {
  const auto* page = std::get_if<schemas::Navigation>(&body);
  return page != nullptr && page->transition == schemas::Transition::kPresent;
}

}  // namespace

std::optional<std::int64_t> MessageNumbers::note(std::int64_t born, std::int64_t number) {
  const auto known = last_.find(born);
  if (known == last_.end()) {
    if (last_.size() == kMaxWorkers) last_.erase(last_.begin());
    last_.emplace(born, number);
    return 0;
  }
  if (number <= known->second) return std::nullopt;
  return number - std::exchange(known->second, number) - 1;
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
  const std::int64_t dropped = fields.integerOr("dropped", 0, kMostDropped, 0);
  const auto session = fields.integerOrNull("session", 0, schemas::kMaxEventInteger);
  simdjson::dom::array list;
  if (!error && object["events"].get(list) != simdjson::SUCCESS)
    error = Error{"not an array", "/events", "an array of events"};
  if (error) return refused(std::move(*error));

  if (session) session_ = session;
  if (dropped > 0) losses_["event_dropped"] += dropped;
  explained_ += dropped;
  if (number > 0) {
    unacknowledged_[born] = number;
    const auto missing = known_.numbers.note(born, number);
    if (!missing && connected_) return {};
    const auto explained = std::min(missing.value_or(0), explained_);
    explained_ -= explained;
    if (missing.value_or(0) > explained) losses_["message_lost"] += *missing - explained;
  } else {
    unacknowledged_.try_emplace(born, 0);
  }

  std::optional<Error> first;
  bool observed = false;
  for (const simdjson::dom::element item : list) {
    auto body = schemas::decodeBody(item);
    if (body && !*body) {
      ++losses_["event_unknown"];
      continue;
    }
    if (body && std::holds_alternative<schemas::Input>(**body) && !takesInputs_) {
      ++losses_["input_not_asked"];
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
    KnownTabs& tabs = known_.tabs[connected_->browser];
    if ((number == 0 || isPresentPage(*taken)) && !tabs.isNews(*taken)) continue;
    tabs.note(*taken);
    SenderClock& clock = known_.clocks[connected_->browser];
    if (!std::exchange(observed, true)) clock.observe(Millis(sent), arrival);
    const Millis happened = std::min(Millis(sent), time->time_since_epoch());
    events.push_back(Event{clock.toMono(happened), std::move(*taken)});
  }
  if (bool caughtUp = false; object["caught_up"].get(caughtUp) == simdjson::SUCCESS && caughtUp)
    caughtUp_ = true;
  simdjson::dom::array tabs;
  if (connected_ && object["tabs"].get(tabs) == simdjson::SUCCESS) closeMissing(tabs, arrival, events);
  if (first) return tl::unexpected<Error>(std::move(*first));
  return {};
}

void BrowserMessages::closeMissing(simdjson::dom::array tabs, MonoTime arrival, std::vector<Event>& events) {
  std::vector<schemas::TabId> there;
  for (const simdjson::dom::element each : tabs)
    if (std::int64_t tab = 0; each.get(tab) == simdjson::SUCCESS) there.push_back(std::to_string(tab));
  KnownTabs& known = known_.tabs[connected_->browser];
  for (const auto& tab : known.missing(there)) {
    const EventBody closed = schemas::TabClosed{connected_->browser, tab};
    known.note(closed);
    events.push_back({arrival, closed});
  }
}

std::vector<Acknowledgement> BrowserMessages::takeAcknowledgements() {
  std::vector<Acknowledgement> all;
  for (const auto& [born, number] : std::exchange(unacknowledged_, {})) all.push_back({born, number});
  return all;
}

Expected<EventBody> BrowserMessages::admitted(EventBody body) {
  const schemas::BrowserId* browser = browserOf(body);
  // An input is the machine's, not the browser's.
  if (std::holds_alternative<schemas::Input>(body)) browser = connected_ ? &connected_->browser : &kNobody;
  if (browser == nullptr) return failure("an event that no browser can know of", "/type");
  if (const auto* hello = std::get_if<schemas::BrowserConnected>(&body); hello != nullptr && !connected_) {
    connected_ = *hello;
    KnownTabs& tabs = known_.tabs[hello->browser];
    resumed_ = session_ && tabs.continues(*session_);
    if (!session_) tabs = {};
  }
  if (!connected_)
    return failure("an event before the connection's first", "/type", "browser_connected first");
  if (*browser != connected_->browser)
    return failure("an event of another browser", "/browser", "the name that browser_connected gave");
  return body;
}

}  // namespace dwell::monitor
