#include "app/window/models/texts.h"

#include <QDateTime>
#include <QLocale>
#include <QStringList>
#include <algorithm>
#include <cmath>

namespace dwell::app {
namespace {

QLocale english() { return QLocale(QLocale::English, QLocale::UnitedStates); }

}  // namespace

QString durationText(std::int64_t ms) {
  constexpr std::int64_t kSecond = 1000, kMinute = 60 * kSecond, kHour = 60 * kMinute;
  if (ms == 0) return QStringLiteral("0 s");
  if (ms < kSecond) return QStringLiteral("%1 ms").arg(ms);
  if (ms < 10 * kSecond && ms % kSecond >= 100) {
    return QStringLiteral("%1.%2 s").arg(ms / kSecond).arg(ms % kSecond / 100);
  }
  if (ms < kMinute) return QStringLiteral("%1 s").arg(ms / kSecond);
  if (ms < kHour) {
    const QString minutes = QStringLiteral("%1 min").arg(ms / kMinute);
    const auto seconds = ms % kMinute / kSecond;
    return seconds == 0 ? minutes : QStringLiteral("%1 %2 s").arg(minutes).arg(seconds);
  }
  const QString hours = countText(ms / kHour) + QStringLiteral(" h");
  const auto minutes = ms % kHour / kMinute;
  return minutes == 0 ? hours : QStringLiteral("%1 %2 min").arg(hours).arg(minutes);
}

QString countText(std::int64_t count) { return english().toString(static_cast<qlonglong>(count)); }

QString numberText(double value) {
  const double size = std::abs(value);
  const int decimals = value == std::floor(value) || size >= 100 ? 0 : size >= 10 ? 1 : 2;
  QString text = english().toString(value, 'f', decimals);
  if (decimals > 0) {
    while (text.endsWith(QLatin1Char('0'))) text.chop(1);
    if (text.endsWith(QLatin1Char('.'))) text.chop(1);
  }
  return text;
}

QString percentText(double share) {
  const double percent = share * 100;
  if (percent > 0 && percent < 0.1) return QStringLiteral("< 0.1 %");
  const bool whole = percent == std::floor(percent);
  return english().toString(percent, 'f', whole ? 0 : 1) + QStringLiteral(" %");
}

QString sampleText(double value, std::string_view units) {
  if (units == "ms") return durationText(std::llround(value));
  return units == "percent" ? numberText(value) + QStringLiteral(" %") : numberText(value);
}

QString momentText(WallTime moment, WallTime now) {
  const QDateTime local = QDateTime::fromMSecsSinceEpoch(toMs(moment));
  const bool today = local.date() == QDateTime::fromMSecsSinceEpoch(toMs(now)).date();
  return english().toString(local, today ? QStringLiteral("HH:mm") : QStringLiteral("ddd d MMM, HH:mm"));
}

QString accessTypeText(schemas::AccessType type) {
  using schemas::AccessType;
  switch (type) {
    case AccessType::kUnknown:
      return QStringLiteral("unknown");
    case AccessType::kTypedFull:
      return QStringLiteral("typed in full");
    case AccessType::kTypedCompleted:
      return QStringLiteral("completed");
    case AccessType::kSuggestion:
      return QStringLiteral("suggestion");
    case AccessType::kPasted:
      return QStringLiteral("pasted");
    case AccessType::kLink:
      return QStringLiteral("link");
    case AccessType::kBookmark:
      return QStringLiteral("bookmark");
    case AccessType::kSearch:
      return QStringLiteral("search");
    case AccessType::kFormSubmit:
      return QStringLiteral("form");
    case AccessType::kReload:
      return QStringLiteral("reload");
    case AccessType::kBackForward:
      return QStringLiteral("back/forward");
    case AccessType::kExternal:
      return QStringLiteral("other program");
    case AccessType::kStartTile:
      return QStringLiteral("start page tile");
    case AccessType::kRestored:
      return QStringLiteral("restored");
    case AccessType::kAddressBar:
      return QStringLiteral("address bar");
    case AccessType::kResumed:
      return QStringLiteral("resumed");
  }
  return QStringLiteral("unknown");
}

QString accessTypesText(std::vector<monitor::PageSum::ByAccess> accessTypes) {
  std::stable_sort(accessTypes.begin(), accessTypes.end(),
                   [](const auto& a, const auto& b) { return a.visits > b.visits; });
  QStringList parts;
  for (const auto& each : accessTypes) {
    parts += accessTypeText(each.type) + QLatin1Char(' ') + countText(each.visits);
  }
  return parts.join(QStringLiteral(", "));
}

}  // namespace dwell::app
