#include "app/agent/control_request.h"

#include <map>
#include <nlohmann/json.hpp>
#include <set>

namespace dwell::app {
namespace {

using Command = ControlRequest::Command;
using Json = nlohmann::ordered_json;

constexpr std::int64_t kMaxMinutes = 10'080;             // a week
constexpr std::int64_t kLatestMs = 253'402'300'799'999;  // the year 9999
constexpr std::size_t kMaxName = 200;
constexpr std::size_t kMaxValue = 2'000;
constexpr std::int32_t kLastDay = 2'932'896;  // 9999-12-31

struct Form {
  Command command;
  std::set<std::string> required, optional;
};

const std::map<std::string, Form>& forms() {
  static const std::map<std::string, Form> all = {
      {"status", {Command::kStatus, {}, {}}},
      {"subscribe", {Command::kSubscribe, {}, {}}},
      {"record", {Command::kRecord, {}, {}}},
      {"pause", {Command::kPause, {}, {"minutes", "until_ms"}}},
      {"resume", {Command::kResume, {}, {}}},
      {"reload", {Command::kReload, {}, {}}},
      {"flush", {Command::kFlush, {}, {}}},
      {"mark", {Command::kMark, {"name", "value"}, {}}},
      {"participant", {Command::kParticipant, {"label"}, {}}},
      {"erase", {Command::kErase, {}, {"host", "first_day", "last_day"}}},
  };
  return all;
}

/// UTF-8 was checked by the parser, so every byte that does not go on a code point begins one.
std::size_t codePoints(const std::string& text) {
  std::size_t count = 0;
  for (const char c : text)
    if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80U) ++count;
  return count;
}

Expected<std::string> text(const Json& value, const std::string& field, std::size_t least, std::size_t most) {
  const std::string expected = std::to_string(least) + " to " + std::to_string(most) + " characters";
  if (!value.is_string()) return failure("not a text", "/" + field, expected);
  const auto& content = value.get_ref<const std::string&>();
  if (codePoints(content) < least || codePoints(content) > most)
    return failure("of the wrong length", "/" + field, expected);
  return content;
}

Expected<std::optional<std::int32_t>> day(const Json& json, const std::string& field) {
  if (!json.contains(field)) return std::nullopt;
  const auto& value = json[field];
  if (!value.is_number_integer() || value < 0 || value > kLastDay)
    return failure("not a day", "/" + field, "0 to " + std::to_string(kLastDay));
  return value.get<std::int32_t>();
}

Expected<monitor::Erasure> erasure(const Json& json) {
  std::optional<std::string> host;
  if (json.contains("host")) {
    auto given = text(json["host"], "host", 1, kMaxName);
    if (!given) return tl::unexpected(given.error());
    if (given->find_first_of("*? \t\n:/") != std::string::npos)
      return failure("not a host", "/host", "a name like shop.example");
    host = std::move(*given);
  }
  const auto first = day(json, "first_day"), last = day(json, "last_day");
  if (!first) return tl::unexpected(first.error());
  if (!last) return tl::unexpected(last.error());
  return monitor::erasureOf(host, {*first, *last});
}

}  // namespace

Expected<ControlRequest> decodeControlRequest(std::string_view line) {
  const auto json = Json::parse(line, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return failure("no JSON object", "request", "one object a line");
  const auto command = json.find("command");
  if (command == json.end() || !command->is_string() || !forms().contains(command->get<std::string>())) {
    std::string names;
    for (const auto& [name, form] : forms()) names += (names.empty() ? "" : ", ") + name;
    return failure("unknown command", "/command", names);
  }
  const Form& form = forms().at(command->get<std::string>());
  for (const auto& [field, value] : json.items())
    if (field != "command" && !form.required.contains(field) && !form.optional.contains(field))
      return failure("a field that the command does not know", "request", "the fields of the schema");
  for (const auto& field : form.required)
    if (!json.contains(field)) return failure("missing", "/" + field, "a value");

  ControlRequest request;
  request.command = form.command;
  if (json.contains("minutes")) {
    const auto& minutes = json["minutes"];
    if (!minutes.is_number_integer() || minutes < 1 || minutes > kMaxMinutes)
      return failure("not a number of minutes", "/minutes", "1 to " + std::to_string(kMaxMinutes));
    request.minutes = minutes.get<std::int64_t>();
  }
  if (json.contains("until_ms")) {
    const auto& until = json["until_ms"];
    if (!until.is_number_integer() || until < 0 || until > kLatestMs || json.contains("minutes"))
      return failure("not a time", "/until_ms", "milliseconds since 1970, without minutes");
    request.until = wallTime(until.get<std::int64_t>());
  }
  if (form.command == Command::kMark) {
    auto name = text(json["name"], "name", 1, kMaxName);
    if (!name) return tl::unexpected(name.error());
    auto value = text(json["value"], "value", 0, kMaxValue);
    if (!value) return tl::unexpected(value.error());
    request.name = std::move(*name);
    request.value = std::move(*value);
  }
  if (form.command == Command::kParticipant && !json["label"].is_null()) {
    auto label = text(json["label"], "label", 1, kMaxName);
    if (!label) return tl::unexpected(label.error());
    request.label = std::move(*label);
  }
  if (form.command == Command::kErase) {
    auto wanted = erasure(json);
    if (!wanted) return tl::unexpected(wanted.error());
    request.erasure = std::move(*wanted);
  }
  return request;
}

std::string refusal(const Error& error) {
  Json answer = {{"ok", false},
                 {"error", error.where.empty() ? error.what : error.where + ": " + error.what}};
  if (!error.expected.empty()) answer["expected"] = error.expected;
  return answer.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace dwell::app
