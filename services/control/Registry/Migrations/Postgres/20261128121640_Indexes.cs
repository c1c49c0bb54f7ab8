using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace LoraMesh.Control.Registry.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class Indexes : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateIndex(
                name: "IX_Versions_RetirePending",
                table: "Versions",
                column: "Project",
                filter: "\"RetirePending\"");

            migrationBuilder.CreateIndex(
                name: "IX_Runs_Project_Number",
                table: "Runs",
                columns: new[] { "Project", "Number" });

            migrationBuilder.CreateIndex(
                name: "IX_Runs_Project_Version",
                table: "Runs",
                columns: new[] { "Project", "Version" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_Versions_RetirePending",
                table: "Versions");

            migrationBuilder.DropIndex(
                name: "IX_Runs_Project_Number",
                table: "Runs");

            migrationBuilder.DropIndex(
                name: "IX_Runs_Project_Version",
                table: "Runs");
        }
    }
}
