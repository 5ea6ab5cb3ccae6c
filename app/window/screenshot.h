#pragma once

#include <QString>
#include <vector>

#include "app/window/main_window.h"
#include "base/error.h"

namespace dwell::app {

/// A page of the window, and the PNG that it goes into.
struct Screenshot {
  QString page, file;
};

/// "histograms=FILE". Errors: no such page, no file.
Expected<Screenshot> parseScreenshot(const QString& argument);

/// Renders `window` at 1200 x 800 without putting it on the screen, so that no other window loses the focus.
/// Errors: a file that can't be written.
Expected<void> takeScreenshots(MainWindow& window, AgentLink& agent,
                               const std::vector<Screenshot>& screenshots);

}  // namespace dwell::app
