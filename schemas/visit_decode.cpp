#include <limits>

#include "schemas/event_names.h"
#include "schemas/visit_codec.h"

namespace dwell::schemas {
namespace {

/// The largest integer that every JSON reader keeps.
constexpr std::int64_t kMaxInteger = (std::int64_t{1} << 53) - 1;

/// Reads the fields of one object. The first fault stays; what is read after it is a default value, so that a
/// caller looks once, at the end. Holds references: json and error must outlive it.
class ObjectReader {
 public:
  ObjectReader(const Json& json, std::string where, std::optional<Error>& error)
      : json_(json), where_(std::move(where)), error_(error) {
    if (!json_.is_object()) fault("", "not an object", "an object");
  }

  std::int64_t integer(const char* name, std::int64_t min = 0, std::int64_t max = kMaxInteger) {
    const Json* value = find(name);
    return value ? integerOf(*value, name, min, max) : min;
  }

  std::optional<std::int64_t> integerOrNull(const char* name, std::int64_t min = 0) {
    const Json* value = find(name);
    if (!value || value->is_null()) return std::nullopt;
    return integerOf(*value, name, min, kMaxInteger);
  }

  WallTime time(const char* name) { return wallTime(integer(name)); }
  std::optional<WallTime> timeOrNull(const char* name) {
    const auto ms = integerOrNull(name);
    return ms ? std::optional(wallTime(*ms)) : std::nullopt;
  }

  bool boolean(const char* name) {
    const Json* value = find(name);
    if (!value) return false;
    if (!value->is_boolean()) fault(name, "not a boolean", "true or false");
    return value->is_boolean() && value->get<bool>();
  }

  std::string string(const char* name) {
    const Json* value = find(name);
    return value ? stringOf(*value, name) : std::string();
  }

  std::optional<std::string> stringOrNull(const char* name) {
    const Json* value = find(name);
    if (!value || value->is_null()) return std::nullopt;
    return stringOf(*value, name);
  }

  /// A name that `fromName` knows.
  template <class FromName>
  auto named(const char* name, FromName fromName, const char* expected) {
    const auto value = fromName(string(name));
    if (!value) fault(name, "not a known name", expected);
    return value.value_or(typename decltype(fromName(std::string_view()))::value_type{});
  }

  AgeBuckets buckets(const char* name) {
    AgeBuckets buckets{};
    const Json* value = find(name);
    if (!value) return buckets;
    if (!value->is_array() || value->size() != kAgeBuckets) {
      fault(name, "not an array of 13", "one integer per input age bucket");
      return buckets;
    }
    for (std::size_t i = 0; i < kAgeBuckets; ++i) buckets[i] = integerOf((*value)[i], name, 0, kMaxInteger);
    return buckets;
  }

  std::vector<std::int64_t> ids(const char* name) {
    std::vector<std::int64_t> ids;
    const Json* value = find(name);
    if (value && !value->is_array()) fault(name, "not an array", "an array of ids");
    if (!value || !value->is_array()) return ids;
    ids.reserve(value->size());
    for (const Json& id : *value) ids.push_back(integerOf(id, name, 1, kMaxInteger));
    return ids;
  }

  std::optional<double> numberIfThere(const char* name) {
    if (!json_.is_object() || !json_.contains(name)) return std::nullopt;
    const Json& value = json_[name];
    if (value.is_number()) return value.get<double>();
    fault(name, "not a number", "a number");
    return std::nullopt;
  }

  /// Reads the object under `name` with `read(ObjectReader&)`.
  template <class Read>
  void object(const char* name, Read read) {
    if (const Json* value = find(name)) {
      ObjectReader inner(*value, where_ + "/" + name, error_);
      read(inner);
    }
  }

  template <class Read>
  void objectOrNull(const char* name, Read read) {
    const Json* value = find(name);
    if (value && !value->is_null()) object(name, read);
  }

  template <class Read>
  void list(const char* name, Read read) {
    const Json* value = find(name);
    if (!value) return;
    if (!value->is_array()) return fault(name, "not an array", "an array of objects");
    for (std::size_t i = 0; i < value->size(); ++i) {
      ObjectReader inner((*value)[i], where_ + "/" + name + "/" + std::to_string(i), error_);
      read(inner);
    }
  }

 private:
  const Json* find(const char* name) {
    if (!json_.is_object()) return nullptr;
    const auto found = json_.find(name);
    if (found != json_.end()) return &*found;
    fault(name, "missing", "a value or null");
    return nullptr;
  }

  std::int64_t integerOf(const Json& value, const char* name, std::int64_t min, std::int64_t max) {
    const bool tooLarge =
        value.is_number_unsigned() && value.get<std::uint64_t>() > static_cast<std::uint64_t>(kMaxInteger);
    if (!value.is_number_integer() || tooLarge || value.get<std::int64_t>() < min ||
        value.get<std::int64_t>() > max) {
      fault(name, "out of range or no integer",
            "an integer from " + std::to_string(min) + " to " + std::to_string(max));
      return min;
    }
    return value.get<std::int64_t>();
  }

  std::string stringOf(const Json& value, const char* name) {
    if (value.is_string()) return value.get<std::string>();
    fault(name, "not a string", "a string");
    return {};
  }

  void fault(const char* name, const char* what, std::string expected) {
    if (!error_) error_ = Error{what, *name ? where_ + "/" + name : where_, std::move(expected)};
  }

  const Json& json_;
  std::string where_;
  std::optional<Error>& error_;
};

/// `read` fills a T from an ObjectReader.
template <class T, class Read>
Expected<T> decode(const Json& json, const std::string& where, Read read) {
  std::optional<Error> error;
  ObjectReader reader(json, where.empty() ? where : where + ", ", error);
  T value;
  read(reader, value);
  if (error) return tl::unexpected<Error>(std::move(*error));
  return value;
}

InputCounts readInput(ObjectReader& in) {
  return {in.integer("mouse_moves"), in.integer("mouse_downs"),       in.integer("mouse_ups"),
          in.integer("keys"),        in.integer("browser_keys"),      in.integer("scrolls"),
          in.integer("touches"),     in.integer("mouse_distance_px"), in.integer("synthetic")};
}

void readVisitParts(ObjectReader& in, Visit& visit) {
  in.object("attention_gaps", [&](ObjectReader& gaps) {
    visit.attentionGaps = {gaps.buckets("count"), gaps.buckets("sum_ms"), gaps.integer("censored_ms")};
  });
  in.object("input", [&](ObjectReader& input) { visit.input = readInput(input); });
  in.object("form", [&](ObjectReader& form) {
    visit.form = {form.integer("fields"), form.integer("characters"), form.integer("autofilled")};
  });
  in.objectOrNull("serp", [&](ObjectReader& serp) {
    visit.serp = {serp.integer("visit", 1), serp.string("engine"), serp.string("query"),
                  serp.integerOrNull("rank")};
  });
  in.objectOrNull("results_page", [&](ObjectReader& page) {
    visit.resultsPage = {page.string("engine"), page.string("query"), page.integer("results")};
  });
  in.objectOrNull("trajectory", [&](ObjectReader& step) {
    visit.trajectory = {step.integer("id", 1), step.integer("step", 1)};
  });
  in.objectOrNull("vitals", [&](ObjectReader& vitals) {
    visit.vitals = {vitals.numberIfThere("lcp_ms"), vitals.numberIfThere("inp_ms"),
                    vitals.numberIfThere("cls")};
  });
}

void readVisit(ObjectReader& in, Visit& visit) {
  visit.id = in.integer("id", 1);
  visit.url = in.string("url");
  visit.sourceVisit = in.integerOrNull("source_visit", 1);
  visit.redirectedFrom = in.integerOrNull("redirected_from", 1);
  visit.accessType = in.named("access_type", accessTypeFromName, "an access type");
  visit.start = in.time("start_ms");
  visit.end = in.time("end_ms");
  const auto exitOrOpen = [](std::string_view name) {
    return name.empty() ? std::optional(Exit::kOpen) : exitFromName(name);
  };
  if (in.stringOrNull("exit")) visit.exit = in.named("exit", exitOrOpen, "an exit");
  visit.session = in.integerOrNull("session", 1);
  visit.tabOpenedBy = in.named("tab_opened_by", tabOpenedByFromName, "how a tab is opened");
  visit.attentionMs = in.integer("attention_ms");
  visit.attentionByInputAgeMs = in.buckets("attention_by_input_age_ms");
  visit.audibleByInputAgeMs = in.buckets("audible_by_input_age_ms");
  visit.visibleUnattendedMs = in.integer("visible_unattended_ms");
  visit.attentionFirst = in.timeOrNull("attention_first_ms");
  visit.attentionLast = in.timeOrNull("attention_last_ms");
  visit.scrollDepthPercent = static_cast<int>(in.integer("scroll_depth_percent", 0, 100));
  visit.linksPressed = in.integer("links_pressed");
  visit.typedCharacters = in.integerOrNull("typed_characters");
  visit.dwellMs = in.integerOrNull("dwell_ms");
  visit.quickBack = in.boolean("quick_back");
  visit.pogoStick = in.boolean("pogo_stick");
  visit.loginForm = in.boolean("login_form");
  visit.label = in.stringOrNull("label");
  visit.localHour = static_cast<int>(in.integer("local_hour", 0, 23));
  visit.weekday = static_cast<int>(in.integer("weekday", 1, 7));
  visit.revisit = in.boolean("revisit");
  visit.participant = in.stringOrNull("participant");
  visit.browser = in.string("browser");
  visit.utcOffset = UtcOffset(static_cast<std::int32_t>(in.integer("utc_offset_min", -1440, 1440)));
  visit.inputSource = in.stringOrNull("input_source");
  readVisitParts(in, visit);
}

}  // namespace

Expected<Visit> visitFromJson(const Json& json, const std::string& where) {
  return decode<Visit>(json, where, readVisit);
}

Expected<Session> sessionFromJson(const Json& json, const std::string& where) {
  return decode<Session>(json, where, [](ObjectReader& in, Session& session) {
    session = {in.integer("id", 1), in.time("start_ms"), in.time("end_ms"), in.integer("pages"),
               in.integer("active_ms")};
  });
}

Expected<Trajectory> trajectoryFromJson(const Json& json, const std::string& where) {
  return decode<Trajectory>(json, where, [](ObjectReader& in, Trajectory& trajectory) {
    trajectory = {
        in.integer("id", 1), in.string("login_url"),      in.string("site"),
        in.time("start_ms"), in.time("end_ms"),           in.stringOrNull("end_reason").value_or(""),
        in.ids("steps"),     in.integer("distinct_urls"), in.integer("active_ms")};
  });
}

Expected<Search> searchFromJson(const Json& json, const std::string& where) {
  return decode<Search>(json, where, [](ObjectReader& in, Search& search) {
    search.id = in.integer("id", 1);
    search.engine = in.string("engine");
    search.query = in.string("query");
    search.session = in.integerOrNull("session", 1);
    search.serpVisits = in.ids("serp_visits");
    in.list("results", [&](ObjectReader& result) {
      search.results.push_back({result.integer("rank"), result.string("url"), result.string("kind"),
                                result.boolean("seen"), result.integerOrNull("clicked", 1)});
    });
  });
}

}  // namespace dwell::schemas
