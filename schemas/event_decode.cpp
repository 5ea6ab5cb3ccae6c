#include <array>
#include <cstdio>

#include "schemas/event_codec.h"
#include "schemas/event_fields.h"
#include "schemas/event_names.h"

namespace dwell::schemas {
namespace {

// The limits of event.schema.json.
constexpr std::int64_t kMaxCount = 1'000'000;
constexpr std::int64_t kMaxDistancePx = 10'000'000;
constexpr std::size_t kMaxLabel = 200;
constexpr std::size_t kMaxName = 200;
constexpr std::size_t kMaxMarkValue = 2'000;
constexpr std::size_t kMaxEngine = 100;
constexpr std::size_t kMaxQuery = 2'000;
constexpr std::size_t kMaxKind = 100;
constexpr std::size_t kMaxType = 200;
constexpr std::size_t kMaxQualifiers = 16;
constexpr double kMaxVitalMs = 1e12;
constexpr double kMaxCls = 1e6;
constexpr std::int64_t kMaxUtcOffsetMin = 1'440;

EventBody input(EventFields& in) {
  return Input{in.named("kind", inputKindFromName),
               in.namedOr("key_class", keyClassFromName, KeyClass::kOther),
               in.integerOr("count", 1, kMaxCount, 1), in.integerOr("distance_px", 0, kMaxDistancePx, 0),
               in.booleanOr("synthetic", false)};
}

EventBody browserConnected(EventFields& in) {
  return BrowserConnected{in.id("browser"), in.stringOr("product", kMaxName),
                          in.stringOr("version", kMaxName)};
}

EventBody browserDisconnected(EventFields& in) { return BrowserDisconnected{in.id("browser")}; }

EventBody windowFocus(EventFields& in) {
  return WindowFocus{in.id("browser"), in.requiredIdOrNull("window")};
}

EventBody tabOpened(EventFields& in) {
  return TabOpened{in.id("browser"), in.id("tab"), in.idOrNull("window").value_or(""), in.idOrNull("opener"),
                   in.namedOr("how", tabOpenedByFromName, TabOpenedBy::kUnknown)};
}

EventBody tabActivated(EventFields& in) {
  return TabActivated{in.id("browser"), in.id("tab"), in.id("window")};
}

EventBody tabClosed(EventFields& in) { return TabClosed{in.id("browser"), in.id("tab")}; }

bool setQualifier(Qualifiers& qualifiers, std::string_view name) {
  bool* const flag = name == "client_redirect"    ? &qualifiers.clientRedirect
                     : name == "server_redirect"  ? &qualifiers.serverRedirect
                     : name == "forward_back"     ? &qualifiers.forwardBack
                     : name == "from_address_bar" ? &qualifiers.fromAddressBar
                                                  : nullptr;
  if (flag) *flag = true;
  return flag != nullptr;
}

EventBody navigation(EventFields& in) {
  Navigation navigation{in.id("browser"),
                        in.id("tab"),
                        in.idOrNull("window").value_or(""),
                        in.string("url", kMaxUrlCharacters),
                        in.stringOr("requested_url", kMaxUrlCharacters),
                        in.named("transition", transitionFromName),
                        {},
                        in.booleanOr("same_document", false),
                        in.booleanOr("error", false)};
  in.arrayOr("qualifiers", kMaxQualifiers, [&](simdjson::dom::element item, std::size_t index) {
    std::string_view name;
    if (item.get(name) != simdjson::SUCCESS || !setQualifier(navigation.qualifiers, name)) {
      in.fault("qualifiers", index, "unknown name", "one of the schema's names");
    }
  });
  return navigation;
}

EventBody pageFocus(EventFields& in) {
  return PageFocus{in.id("browser"), in.id("tab"), in.boolean("focused")};
}

EventBody pageVisibility(EventFields& in) {
  return PageVisibility{in.id("browser"), in.id("tab"), in.boolean("visible")};
}

EventBody passwordFocus(EventFields& in) {
  return PasswordFocus{in.id("browser"), in.id("tab"), in.boolean("focused")};
}

EventBody pageLabel(EventFields& in) {
  return PageLabel{in.id("browser"), in.id("tab"), in.string("label", kMaxLabel)};
}

EventBody pageVitals(EventFields& in) {
  return PageVitals{in.id("browser"), in.id("tab"), in.numberOrNull("lcp_ms", kMaxVitalMs),
                    in.numberOrNull("inp_ms", kMaxVitalMs), in.numberOrNull("cls", kMaxCls)};
}

EventBody media(EventFields& in) { return Media{in.id("browser"), in.id("tab"), in.boolean("audible")}; }

EventBody scrollDepth(EventFields& in) {
  return ScrollDepth{in.id("browser"), in.id("tab"), static_cast<int>(in.integer("percent", 0, 100))};
}

EventBody form(EventFields& in) {
  return Form{in.id("browser"), in.id("tab"), in.integerOr("fields", 0, kMaxCount, 0),
              in.integerOr("characters", 0, kMaxCount, 0), in.integerOr("autofilled", 0, kMaxCount, 0)};
}

EventBody loginForm(EventFields& in) { return LoginForm{in.id("browser"), in.id("tab")}; }

EventBody loginSubmitted(EventFields& in) { return LoginSubmitted{in.id("browser"), in.id("tab")}; }

EventBody links(EventFields& in) {
  const auto table = std::make_shared<LinkTable>();
  Links links{in.id("browser"), in.id("tab"), table, {}};
  in.objects("links", kMaxLinks, [&](EventFields& link) {
    table->push_back({link.string("url", kMaxUrlCharacters), link.linkFeatures("features")});
  });
  return links;
}

EventBody linkPressed(EventFields& in) {
  return LinkPressed{in.id("browser"), in.id("tab"), in.string("url", kMaxUrlCharacters),
                     in.integerOrNull("index", 0, kMaxCount),
                     in.integerOr("hover_ms", 0, kMaxEventInteger, 0)};
}

EventBody serp(EventFields& in) {
  Serp serp{
      in.id("browser"), in.id("tab"), in.string("engine", kMaxEngine), in.string("query", kMaxQuery), {}};
  in.objects("results", kMaxSerpResults, [&](EventFields& result) {
    serp.results.push_back({result.integer("rank", 0, kMaxCount), result.string("url", kMaxUrlCharacters),
                            result.stringOr("kind", kMaxKind), result.resultFeatures("features")});
  });
  serp.recognised = in.booleanOr("recognised", true);
  return serp;
}

EventBody serpSeen(EventFields& in) {
  SerpSeen seen{in.id("browser"), in.id("tab"), {}};
  in.array("ranks", kMaxSerpResults, [&](simdjson::dom::element item, std::size_t index) {
    std::int64_t rank = -1;
    if (!item.is_int64() || item.get(rank) != simdjson::SUCCESS || rank < 0 || rank > kMaxCount) {
      in.fault("ranks", index, "no rank", "an integer from 0 to 1000000");
    }
    seen.ranks.push_back(rank);
  });
  return seen;
}

EventBody participant(EventFields& in) { return Participant{in.requiredStringOrNull("label", kMaxLabel)}; }

EventBody mark(EventFields& in) {
  return Mark{in.string("name", kMaxName), in.stringOr("value", kMaxMarkValue)};
}

template <class Plain>
EventBody plain(EventFields&) {
  return Plain{};
}

struct Type {
  std::string_view name;
  EventBody (*decode)(EventFields&);
};

/// The most frequent first.
constexpr std::array<Type, 29> kTypes{{
    {"input", input},
    {"page_focus", pageFocus},
    {"window_focus", windowFocus},
    {"tab_activated", tabActivated},
    {"navigation", navigation},
    {"page_visibility", pageVisibility},
    {"scroll_depth", scrollDepth},
    {"form", form},
    {"link_pressed", linkPressed},
    {"serp", serp},
    {"serp_seen", serpSeen},
    {"links", links},
    {"media", media},
    {"tab_opened", tabOpened},
    {"tab_closed", tabClosed},
    {"password_focus", passwordFocus},
    {"page_label", pageLabel},
    {"page_vitals", pageVitals},
    {"login_form", loginForm},
    {"login_submitted", loginSubmitted},
    {"browser_connected", browserConnected},
    {"browser_disconnected", browserDisconnected},
    {"participant", participant},
    {"mark", mark},
    {"lock", plain<Lock>},
    {"unlock", plain<Unlock>},
    {"suspend", plain<Suspend>},
    {"resume", plain<Resume>},
    {"end", plain<End>},
}};

std::optional<EventBody> bodyOf(EventFields& in) {
  const std::string_view type = in.view("type", kMaxType);
  for (const Type& known : kTypes) {
    if (known.name == type) return known.decode(in);
  }
  return std::nullopt;
}

MonoTime timeOf(EventFields& in) { return monoTime(in.integer("t", 0, kMaxEventInteger)); }

/// Reads an object with `read(EventFields&)`.
template <class Read>
auto decodeObject(simdjson::dom::element json, Read read)
    -> Expected<decltype(read(std::declval<EventFields&>()))> {
  simdjson::dom::object object;
  if (json.get(object) != simdjson::SUCCESS) return failure("not an object", "", "a JSON object");
  std::optional<Error> error;
  EventFields fields(object, error);
  auto value = read(fields);
  if (error) return tl::unexpected<Error>(std::move(*error));
  return value;
}

int digits(std::string_view text) {
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return -1;
    value = value * 10 + (c - '0');
  }
  return value;
}

/// "2026-11-21T10:00:00.000Z"; the fraction may have one to three digits or be left out.
std::optional<WallTime> parseWallTime(std::string_view text) {
  constexpr std::string_view kShape = "0000-00-00T00:00:00";
  if (text.size() <= kShape.size() || text.back() != 'Z') return std::nullopt;
  for (std::size_t i = 0; i < kShape.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (kShape[i] == '0' ? !digit : text[i] != kShape[i]) return std::nullopt;
  }
  int millis = 0;
  std::string fraction(text.substr(kShape.size(), text.size() - kShape.size() - 1));
  if (!fraction.empty()) {
    if (fraction[0] != '.' || fraction.size() < 2 || fraction.size() > 4) return std::nullopt;
    fraction.resize(4, '0');
    millis = digits(std::string_view(fraction).substr(1));
    if (millis < 0) return std::nullopt;
  }
  const auto part = [&](std::size_t from, std::size_t count) { return digits(text.substr(from, count)); };
  const std::chrono::year_month_day day(std::chrono::year(part(0, 4)),
                                        std::chrono::month(static_cast<unsigned>(part(5, 2))),
                                        std::chrono::day(static_cast<unsigned>(part(8, 2))));
  if (!day.ok() || part(11, 2) > 23 || part(14, 2) > 59 || part(17, 2) > 59) return std::nullopt;
  return std::chrono::sys_days(day) + std::chrono::hours(part(11, 2)) + std::chrono::minutes(part(14, 2)) +
         std::chrono::seconds(part(17, 2)) + Millis(millis);
}

Expected<simdjson::dom::element> parse(simdjson::dom::parser& parser, std::string_view line, bool copy) {
  simdjson::dom::element element;
  const auto result = parser.parse(reinterpret_cast<const std::uint8_t*>(line.data()), line.size(), copy);
  if (const auto code = result.get(element); code != simdjson::SUCCESS) {
    const bool utf8 = code == simdjson::UTF8_ERROR;
    return failure(utf8 ? "invalid UTF-8" : "no valid JSON", "", "one JSON object in UTF-8");
  }
  return element;
}

}  // namespace

Decoded<EventBody> decodeBody(simdjson::dom::element json) { return decodeObject(json, bodyOf); }

Decoded<Event> decodeEvent(simdjson::dom::element json) {
  return decodeObject(json, [](EventFields& in) -> std::optional<Event> {
    const MonoTime time = timeOf(in);
    if (auto body = bodyOf(in)) return Event{time, std::move(*body)};
    return std::nullopt;
  });
}

Expected<WallTime> decodeMessageTime(simdjson::dom::element json) {
  return decodeObject(json,
                      [](EventFields& in) { return wallTime(in.integer("time_ms", 0, kMaxEventInteger)); });
}

Expected<TraceHeader> decodeTraceHeader(simdjson::dom::element json) {
  return decodeObject(json, [](EventFields& in) {
    TraceHeader header;
    in.integer("trace", 1, 1);
    const auto start = parseWallTime(in.string("wall_start", kMaxName));
    if (!start) in.fault("wall_start", "no UTC time", "YYYY-MM-DDThh:mm:ss.mmmZ");
    header.wallStart = start.value_or(WallTime{});
    header.utcOffset = UtcOffset(
        static_cast<std::int32_t>(in.integerOr("utc_offset_min", -kMaxUtcOffsetMin, kMaxUtcOffsetMin, 0)));
    header.hook = in.booleanOr("hook", true);
    return header;
  });
}

Error locatedAt(std::string_view where, Error error) {
  error.where = error.where.empty() ? std::string(where) : std::string(where) + ", " + error.where;
  return error;
}

Decoded<Event> EventParser::event(std::string_view line) { return decode(line, true); }
Decoded<Event> EventParser::paddedEvent(std::string_view line) { return decode(line, false); }

Decoded<Event> EventParser::decode(std::string_view line, bool copy) {
  const auto element = parse(parser_, line, copy);
  if (!element) return tl::unexpected<Error>(element.error());
  auto event = decodeEvent(*element);
  if (event) time_ = *event ? (*event)->time : *decodeObject(*element, timeOf);
  return event;
}

Expected<TraceHeader> EventParser::header(std::string_view line) {
  const auto element = parse(parser_, line, true);
  if (!element) return tl::unexpected<Error>(element.error());
  return decodeTraceHeader(*element);
}

}  // namespace dwell::schemas
