using MudBlazor;

namespace LoraMesh.Control.Dashboard;

/// <summary>Colours and letters. Every text on its ground has a contrast of 4.5 to 1 or more (WCAG 2.2 AA), in both palettes.</summary>
internal static class DashboardTheme
{
    private static readonly string[] Letters = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "Liberation Sans", "sans-serif"];

    public static MudTheme Instance { get; } = new()
    {
        PaletteLight = new PaletteLight
        {
            Primary = "#0b6e69",
            Secondary = "#4f46a5",
            Info = "#0b62a8",
            Success = "#1b7038",
            Warning = "#8a5300",
            Error = "#b3261e",
            Background = "#f6f7f9",
            Surface = "#ffffff",
            AppbarBackground = "#ffffff",
            AppbarText = "#1c2430",
            DrawerBackground = "#ffffff",
            DrawerText = "#1c2430",
            DrawerIcon = "#4a5565",
            TextPrimary = "#1c2430",
            TextSecondary = "#4a5565",
            ActionDefault = "#4a5565",
            LinesDefault = "#d8dde4",
            LinesInputs = "#7d8896",
            TableLines = "#e3e7ec",
            Divider = "#d8dde4",
        },
        PaletteDark = new PaletteDark
        {
            Primary = "#5fd4cb",
            PrimaryContrastText = "#06302d",
            Secondary = "#b8b0ff",
            Info = "#7fc0ff",
            Success = "#74d492",
            SuccessContrastText = "#08301a",
            Warning = "#f2b75c",
            WarningContrastText = "#3a2500",
            Error = "#ff9d94",
            ErrorContrastText = "#450b06",
            Background = "#11161d",
            Surface = "#19202a",
            AppbarBackground = "#19202a",
            AppbarText = "#e6ebf2",
            DrawerBackground = "#19202a",
            DrawerText = "#e6ebf2",
            DrawerIcon = "#aab5c4",
            TextPrimary = "#e6ebf2",
            TextSecondary = "#aab5c4",
            ActionDefault = "#aab5c4",
            LinesDefault = "#2f3947",
            LinesInputs = "#7b8899",
            TableLines = "#2a3441",
            Divider = "#2f3947",
        },
        Typography = new Typography
        {
            Default = new DefaultTypography { FontFamily = Letters },
            Button = new ButtonTypography { FontFamily = Letters, TextTransform = "none" },
        },
        LayoutProperties = new LayoutProperties { DefaultBorderRadius = "8px", AppbarHeight = "56px", DrawerWidthLeft = "220px" },
    };
}
