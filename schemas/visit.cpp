#include "schemas/visit.h"

#include "schemas/enum_names.h"

namespace dwell::schemas {
namespace {

constexpr EnumNames<AccessType, 16> kAccessTypes{{
    {AccessType::kUnknown, "unknown"},
    {AccessType::kTypedFull, "typed_full"},
    {AccessType::kTypedCompleted, "typed_completed"},
    {AccessType::kSuggestion, "suggestion"},
    {AccessType::kPasted, "pasted"},
    {AccessType::kLink, "link"},
    {AccessType::kBookmark, "bookmark"},
    {AccessType::kSearch, "search"},
    {AccessType::kFormSubmit, "form_submit"},
    {AccessType::kReload, "reload"},
    {AccessType::kBackForward, "back_forward"},
    {AccessType::kExternal, "external"},
    {AccessType::kStartTile, "start_tile"},
    {AccessType::kRestored, "restored"},
    {AccessType::kAddressBar, "address_bar"},
    {AccessType::kResumed, "resumed"},
}};

constexpr EnumNames<Exit, 4> kExits{{
    {Exit::kRedirect, "redirect"},
    {Exit::kClosed, "closed"},
    {Exit::kBrowserClosed, "browser_closed"},
    {Exit::kAgentStopped, "agent_stopped"},
}};

}  // namespace

std::string_view accessTypeName(AccessType type) { return nameOf(kAccessTypes, type); }
std::optional<AccessType> accessTypeFromName(std::string_view name) { return valueOf(kAccessTypes, name); }

std::string_view exitName(Exit exit) {
  const std::string_view name = nameOf(kExits, exit);
  return name.empty() ? nameOf(kAccessTypes, static_cast<AccessType>(exit)) : name;
}

std::optional<Exit> exitFromName(std::string_view name) {
  if (const auto exit = valueOf(kExits, name)) return exit;
  if (const auto type = accessTypeFromName(name)) return exitBy(*type);
  return std::nullopt;
}

}  // namespace dwell::schemas
